import assert from 'node:assert/strict'
import { parseReceipt } from '../../../protocol/receipts/receipt.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import { edgeTo, signedDataset, signedModel } from '../../support/records.ts'
import { ask } from './ask.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const ANCESTORS = 2_000
const BLOCK_RECORDS = 50
/** In one go, there would be none. */
const ANSWERS_MIN = 3
const SLOW_READ_MS = 0.2

/** A model made from a model, and so on; each signed by the next organisation. */
function longLine() {
  const ledger = new SampleLedger()
  const data = signedDataset({ org: 0, nonce: 1, name: 'data' })
  ledger.commit(data)
  let newest = signedModel({ org: 0, nonce: 2, name: 'm0', datasets: [edgeTo(data)] })
  let block = [newest]
  for (let i = 1; i < ANCESTORS; i++) {
    if (block.length === BLOCK_RECORDS) {
      ledger.commit(...block)
      block = []
    }
    const parents = [{ ...edgeTo(newest), relation: 'finetune' as const }]
    const nonce = 3 + Math.floor(i / 4)
    const datasets = [edgeTo(data)]
    newest = signedModel({ org: i % 4, nonce, name: `m${i}`, datasets, parents })
    block.push(newest)
  }
  const parents = [{ ...edgeTo(newest), relation: 'finetune' as const }]
  const last = signedModel({ org: 1, nonce: 900, name: 'last', datasets: [edgeTo(data)], parents })
  ledger.commit(...block, last)
  return { ledger, last }
}

describe('a question with a long answer', function () {
  this.timeout(60_000)
  const { ledger, last } = longLine()
  let node: FakeNode
  beforeEach(async () => {
    node = await startFakeNode(ledger)
  })
  afterEach(stopFakeNodes)

  /** Calls `look` at every read of a query, and `closed` when it is done with its snapshot. */
  function watchReads({ look, closed }: { look?: () => void; closed?: () => void }): void {
    const [chain] = node.deps.chains
    assert.ok(chain !== undefined)
    const snapshot = chain.store.snapshot.bind(chain.store)
    chain.store.snapshot = () => {
      const view = snapshot()
      const get = (key: string) => {
        look?.()
        return view.get(key)
      }
      return { ...view, get, close: () => closed?.() }
    }
  }

  /**
   * How many other requests were answered, one after another, between the first read and the last.
   *
   * @param readMs what a read takes on this disk, at least
   */
  async function answeredMeanwhile(path: string, readMs = 0) {
    let answered = 0
    let atFirst: number | undefined
    let atLast = 0
    watchReads({
      look: () => {
        atFirst ??= answered
        atLast = answered
        const untilMs = performance.now() + readMs
        while (performance.now() < untilMs);
      },
    })
    let isOver = false
    const long = ask({ socket: node.socket, path: node.base + path }).finally(() => {
      isOver = true
    })
    while (!isOver) {
      const { status } = await ask({ socket: node.socket, path: '/v1/status' })
      assert.equal(status, 200)
      answered += 1
    }
    return { answer: await long, others: atLast - (atFirst ?? 0) }
  }

  it('does not keep others waiting while a receipt of 2,000 ancestors is made', async () => {
    const { answer, others } = await answeredMeanwhile(`/receipts/${last.id}`)
    assert.equal(answer.status, 200)
    assert.ok(others >= ANSWERS_MIN, `${others} answers meanwhile`)
    const receipt = parseReceipt(new Uint8Array(answer.bytes))
    assert.ok(!isRejection(receipt))
    assert.equal(receipt.records.length, ANCESTORS + 2)
  })

  it('does not keep others waiting while a long lineage is climbed', async () => {
    const { answer, others } = await answeredMeanwhile(`/lineage/${last.id}`, SLOW_READ_MS)
    assert.equal(answer.status, 200)
    assert.ok(others >= ANSWERS_MIN, `${others} answers meanwhile`)
    const { nodes } = answer.json as { nodes: readonly object[] }
    assert.ok(nodes.length > 1_000, `${nodes.length} nodes`)
  })

  it('closes what it read from, also when it is refused', async () => {
    const store = node.deps.chains[0]?.store
    assert.ok(store !== undefined)
    const snapshot = store.snapshot.bind(store)
    let open = 0
    store.snapshot = () => {
      open += 1
      return snapshot()
    }
    watchReads({ closed: () => (open -= 1) })
    const nowhere = 'f'.repeat(64)
    for (const path of [
      `/receipts/${nowhere}`,
      `/lineage/${nowhere}`,
      `/lineage/${last.id}?depth=3`,
    ]) {
      await ask({ socket: node.socket, path: node.base + path })
      assert.equal(open, 0, path)
    }
  })
})
