import assert from 'node:assert/strict'
import { genesisWrites } from '../../../protocol/replica/genesis-writes.ts'
import { readBlock, readHead, readHeight } from '../../../protocol/replica/ledger.ts'
import { checkStore, type Damage, replayBlock } from '../../../protocol/replica/self-check.ts'
import { PREFIXES, storageKey } from '../../../protocol/storage-keys.ts'
import { testGenesis } from '../../support/keys.ts'
import {
  accepted,
  edgeTo,
  signedDataset,
  signedModel,
  signedRetirement,
} from '../../support/records.ts'
import { MapReader } from '../chain/map-reader.ts'
import { TestNode } from './test-node.ts'

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
    const store = copyOf(node)
    const before = new TextEncoder().encode(String(readHeight(node.disk) - 1))
    store.apply([{ key: storageKey.meta('height'), value: before }])
    assert.notEqual(check(node, store), undefined)
  })
})

describe('replaying stored blocks', () => {
  const node = grown()

  it('gives the same store, byte for byte', () => {
    const store = new MapReader()
    store.apply(genesisWrites(genesis))
    let head = readHead(store, genesis)
    for (let height = 1; height <= readHeight(node.disk); height++) {
      const block = readBlock(node.disk, height)
      assert.ok(block)
      const replayed = accepted(
        replayBlock({ reader: store, genesis, verify: node.verify }, head, block),
      )
      store.apply(replayed.writes)
      head = replayed.head
      assert.deepEqual(readHead(store, genesis), head)
    }
    const sorted = (map: ReadonlyMap<string, Uint8Array>) =>
      [...map].sort(([a], [b]) => (a < b ? -1 : 1))
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
