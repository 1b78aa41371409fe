import assert from 'node:assert/strict'
import type { CommitHistory } from '../../../../protocol/consensus/proposer.ts'
import { canonicalJson } from '../../../../protocol/encoding/canonical-json.ts'
import { genesisWrites } from '../../../../protocol/replica/blocks/genesis-writes.ts'
import {
  checkStore,
  type Damage,
  replayBlock,
} from '../../../../protocol/replica/durability/self-check.ts'
import { readBlock, readHead, readHeight } from '../../../../protocol/replica/ledger.ts'
import { PREFIXES, storageKey } from '../../../../protocol/storage-keys.ts'
import { testGenesis } from '../../../support/keys.ts'
import {
  accepted,
  edgeTo,
  signedDataset,
  signedModel,
  signedRetirement,
} from '../../../support/records.ts'
import { MapReader } from '../../chain/map-reader.ts'
import { TestNode } from '../test-node.ts'

const { genesis } = testGenesis(1)

/** A ledger of one member with a record of every kind that changes the state. */
function grown(): TestNode {
  const node = new TestNode({ genesis })
  node.start()
  const here = { chain: genesis.chain }
  const data = signedDataset({ ...here, nonce: 1 })
  const model = signedModel({ ...here, nonce: 2, datasets: [edgeTo(data)] })
  const more = Array.from({ length: 7 }, (_, i) =>
    signedDataset({ ...here, nonce: 10 + i, name: `more${i}` }),
  )
  const reuse = signedDataset({ ...here, nonce: 1, name: 'reuse' })
  for (const { envelope } of [
    data,
    model,
    signedRetirement(data, { ...here, nonce: 3 }),
    ...more,
    reuse,
  ]) {
    node.nowMs += 1_000
    node.submit(envelope)
  }
  return node
}

function check(node: TestNode, store: MapReader): Damage | 'broken' | undefined {
  const state = [...store.map]
    .filter(([key]) => key.startsWith(PREFIXES.state))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key: key.slice(PREFIXES.state.length), value }))
  try {
    return checkStore({ reader: store, genesis, verify: node.verify }, state)
  } catch (error) {
    // What does not even decode breaks an invariant; whoever starts the node takes that for damage.
    assert.equal((error as Error).name, 'InvariantError')
    return 'broken'
  }
}

function copyOf(node: TestNode): MapReader {
  const copy = new MapReader()
  for (const [key, value] of node.disk.store.map) copy.map.set(key, value)
  return copy
}

describe('the check of the store at start', () => {
  const node = grown()
  const keys = [...node.disk.store.map.keys()].sort()

  it('finds nothing in a sound store, or in an empty one', () => {
    assert.equal(readHeight(node.disk), 11)
    assert.equal(check(node, copyOf(node)), undefined)
    const empty = new MapReader()
    empty.apply(genesisWrites(genesis))
    assert.equal(check(node, empty), undefined)
  })

  const CHECKED = ['header', 'body', 'proof', 'state', 'treePage'] as const
  for (const name of CHECKED) {
    it(`finds any ${name} that changed or is gone`, () => {
      const damaged = keys.filter((key) => key.startsWith(PREFIXES[name]))
      assert.ok(damaged.length > 0)
      for (const key of damaged) {
        const bytes = Uint8Array.from(node.disk.get(key) ?? [])
        const middle = bytes.length >> 1
        bytes[middle] = (bytes[middle] ?? 0) ^ 1
        for (const value of [bytes, undefined]) {
          const store = copyOf(node)
          store.apply([{ key, value }])
          assert.notEqual(
            check(node, store),
            undefined,
            `${key} ${value === undefined ? 'gone' : 'changed'}`,
          )
        }
      }
    })
  }

  it('finds a node of the log’s frontier that changed or is gone', () => {
    const { log } = readHead(node.disk, genesis)
    assert.ok(log.size > 0)
    let found = 0
    for (const key of keys.filter((each) => each.startsWith(PREFIXES.logNode))) {
      const store = copyOf(node)
      store.apply([{ key, value: undefined }])
      if (check(node, store) !== undefined) found++
    }
    assert.equal(found, log.size.toString(2).replaceAll('0', '').length)
  })

  it('names the first block that is damaged', () => {
    const store = copyOf(node)
    store.apply([4, 7].map((height) => ({ key: storageKey.body(height), value: undefined })))
    const damage = check(node, store)
    assert.deepEqual(damage, { kind: 'block', height: 4, detail: 'block 4 is missing' })
  })

  it('finds a height that says less than the store holds', () => {
    const height = readHeight(node.disk)
    for (let less = 1; less < height; less++) {
      const store = copyOf(node)
      const marker = new TextEncoder().encode(String(height - less))
      store.apply([{ key: storageKey.meta('height'), value: marker }])
      assert.notEqual(check(node, store), undefined, `${less} less`)
    }
  })

  it('finds a history of leaders that is not what the blocks say', () => {
    const key = storageKey.meta('proposers')
    const history = JSON.parse(new TextDecoder().decode(node.disk.get(key))) as CommitHistory[]
    const [first, ...rest] = history
    assert.ok(first)
    const lies = [rest, history.slice(0, -1), [], [{ ...first, failed: [0] }, ...rest]]
    for (const lie of lies) {
      const store = copyOf(node)
      store.apply([{ key, value: canonicalJson(lie) }])
      assert.notEqual(check(node, store), undefined, JSON.stringify(lie))
    }
  })
})

/** As whoever starts a node does: everything that is stored above the height. */
function replayStored(node: TestNode, store: MapReader): void {
  let head = readHead(store, genesis)
  for (;;) {
    const block = readBlock(node.disk, head.height + 1)
    if (block === undefined) return
    const replayed = accepted(
      replayBlock({ reader: store, genesis, verify: node.verify }, head, block),
    )
    store.apply(replayed.writes)
    head = replayed.head
    assert.deepEqual(readHead(store, genesis), head)
  }
}

function sorted(map: ReadonlyMap<string, Uint8Array>) {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}

describe('replaying stored blocks', () => {
  const node = grown()

  it('gives the same store, byte for byte', () => {
    const store = new MapReader()
    store.apply(genesisWrites(genesis))
    replayStored(node, store)
    assert.deepEqual(sorted(store.map), sorted(node.disk.store.map))
  })

  it('refuses a block that is not the next, or whose signatures do not verify', () => {
    const store = new MapReader()
    store.apply(genesisWrites(genesis))
    const head = readHead(store, genesis)
    const [first, second] = [1, 2].map((height) => readBlock(node.disk, height))
    assert.ok(first && second)
    const refusal = (block: typeof first, verify = node.verify) => {
      const replayed = replayBlock({ reader: store, genesis, verify }, head, block)
      return 'rejected' in replayed ? replayed.rejected : 'taken'
    }
    assert.equal(refusal(second), 'wrong-height')
    assert.equal(refusal({ ...first, body: second.body }), 'wrong-hash')
    assert.equal(refusal({ ...first, proof: second.proof }), 'bad-commit-proof')
    assert.equal(
      refusal(first, () => false),
      'bad-signature',
    )
    assert.equal(refusal(first), 'taken')
  })
})
