import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { Value } from 'typebox/value'
import { ChainEvent } from '../../../protocol/api/events.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { SampleLedger } from '../../protocol/queries/sample-ledger.ts'
import { signedApproval, signedDataset, signedRecall } from '../../support/records.ts'
import { type FakeNode, startFakeNode, stopFakeNodes } from './fake-node.ts'

const record = signedDataset()
const block = { height: 5, id: 'cd'.repeat(32) as Digest, timeMs: 1, view: 2, records: [record.id] }

describe('the events of the local API', () => {
  let node: FakeNode
  let ledger: SampleLedger
  beforeEach(async () => {
    ledger = new SampleLedger()
    ledger.commit(record)
    node = await startFakeNode(ledger)
  })
  afterEach(stopFakeNodes)

  const open = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const path = `${node.base}/events`
      request({ socketPath: node.socket, path, agent: false }, resolve).on('error', reject).end()
    })

  it('tell what happens on the chain, each in its schema', async () => {
    const stream = await open()
    assert.equal(stream.headers['content-type'], 'text/event-stream')
    const { envelope } = record
    node.driver.tell({ kind: 'block', block })
    node.driver.tell({
      kind: 'settled',
      record: record.id,
      outcome: { status: 'committed', height: 5 },
    })
    node.driver.tell({
      kind: 'accuse',
      evidence: { kind: 'nonce-reuse', first: envelope, second: envelope },
    })
    node.driver.tell({ kind: 'alarm', alarm: 'state-root-mismatch', detail: 'at 5' })
    node.driver.tell({ kind: 'halted', reason: 'a bug' })
    const events = await take(stream, 5)
    assert.ok(events.every(({ data }) => Value.Check(ChainEvent, data)))
    assert.ok(events.every(({ name, data }) => data.kind === name))
    assert.deepEqual(events[0]?.data, { kind: 'block', ...block })
    assert.deepEqual(
      events.map(({ name }) => name),
      ['block', 'settled', 'accused', 'alarm', 'alarm'],
    )
    const [, , accused] = events
    assert.ok(accused?.data.kind === 'accused')
    assert.equal(accused.data.who, record.ledger.author)
    stream.destroy()
  })

  it('tell of a recall and its end once they are in force, behind the block', async () => {
    const stream = await open()
    const proposal = signedRecall(record, { org: 1, reason: 'poisoned' })
    const approvals = [0, 1, 2].map((org) => signedApproval(proposal, { org }))
    const lift = signedRecall(record, { org: 2, action: 'lift' })
    for (const records of [[proposal], approvals, [lift]]) {
      const { height, timeMs } = ledger.commit(...records)
      const told = { ...block, height, timeMs, records: records.map(({ id }) => id) }
      node.driver.tell({ kind: 'block', block: told })
    }
    const events = await take(stream, 4)
    const [recalled, ...more] = events.filter(({ name }) => name !== 'block')
    assert.deepEqual(more, [])
    assert.ok(Value.Check(ChainEvent, recalled?.data))
    assert.deepEqual(recalled?.data, {
      kind: 'recalled',
      artefact: { record: record.id, name: 'org01/data@1', type: 'dataset' },
      record: proposal.id,
      reason: 'poisoned',
      height: 3,
      by: 'committee',
      organisation: 'org02',
    })
    stream.destroy()
  })

  it('end with the client, and leave no listener behind', async () => {
    const stream = await open()
    assert.equal(node.driver.listeners.size, 2)
    stream.destroy()
    while (node.driver.listeners.size > 1) await new Promise(setImmediate)
  })

  it('cut off a client that does not read', async () => {
    const stream = await open()
    stream.pause()
    const detail = 'x'.repeat(500_000)
    while (node.driver.listeners.size > 1) {
      node.driver.tell({ kind: 'alarm', alarm: 'two-commit-proofs', detail })
      await new Promise(setImmediate)
    }
    stream.destroy()
  })

  it('are open to a bounded number of clients', async () => {
    const streams = await Promise.all(Array.from({ length: 32 }, open))
    assert.equal((await open()).statusCode, 503)
    for (const stream of streams) stream.destroy()
  })
})

interface ServerEvent {
  readonly name: string
  readonly data: ChainEvent
}

/** The next events; comments are passed over. */
async function take(stream: IncomingMessage, count: number): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = []
  let text = ''
  for await (const part of stream) {
    text += String(part)
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const message of parts) {
      const match = /^event: (\w+)\ndata: (.*)$/.exec(message)
      if (match !== null) events.push({ name: match[1] ?? '', data: JSON.parse(match[2] ?? '') })
    }
    if (events.length >= count) break
  }
  return events
}
