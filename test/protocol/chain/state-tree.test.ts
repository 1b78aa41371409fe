import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { toHex } from '../../../protocol/bytes.ts'
import {
  rebuildRoot,
  type StateChange,
  treeRoot,
  updateTree,
} from '../../../protocol/chain/state-tree.ts'
import { ZERO_DIGEST } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { storageKey } from '../../../protocol/storage-keys.ts'
import { MapReader } from './map-reader.ts'

/** A tree beside a plain map of what should be in it. */
class CheckedTree {
  readonly reader = new MapReader()
  readonly entries = new Map<string, Uint8Array>()

  change(changes: readonly StateChange[]): string {
    const { root, writes } = updateTree(this.reader, changes)
    this.reader.apply(writes)
    for (const { key, value } of changes) {
      if (value === undefined) this.entries.delete(key)
      else this.entries.set(key, value)
    }
    assert.equal(treeRoot(this.reader), root)
    return root
  }

  rebuilt(): string {
    return rebuildRoot(Array.from(this.entries, ([key, value]) => ({ key, value })))
  }
}

function put(key: string, text = key): StateChange {
  return { key, value: utf8Encode(text) }
}

function drop(key: string): StateChange {
  return { key, value: undefined }
}

function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function leafOf(key: string): Buffer {
  return sha256(Uint8Array.of(0), sha256(key), sha256(key))
}

/** SPEC.md, "State tree", word for word: leaves as [path in binary, leaf hash]. */
function naiveRoot(leaves: readonly (readonly [string, Buffer])[], depth = 0): Buffer {
  const [only] = leaves
  if (only === undefined) return Buffer.alloc(32)
  if (leaves.length === 1) return only[1]
  const half = (bit: string) =>
    naiveRoot(
      leaves.filter(([path]) => path[depth] === bit),
      depth + 1,
    )
  return sha256(Uint8Array.of(1), half('0'), half('1'))
}

function naiveRootOf(entries: ReadonlyMap<string, Uint8Array>): string {
  const leaves = Array.from(entries, ([key, value]) => {
    const path = sha256(key)
    const turns = Array.from(path, (byte) => byte.toString(2).padStart(8, '0')).join('')
    return [turns, sha256(Uint8Array.of(0), path, sha256(value))] as const
  })
  return naiveRoot(leaves).toString('hex')
}

/** Few keys, so that changes meet: updates, deletes of what is there and of what is not. */
const change = fc.record({
  key: fc.integer({ min: 0, max: 60 }).map((n) => `key/${n}`),
  value: fc.option(fc.uint8Array({ maxLength: 4 }), { nil: undefined, freq: 3 }),
})
const batches = fc.array(fc.array(change, { maxLength: 25 }), { maxLength: 12 })

/** Two keys whose paths begin with the same digits, found by search. */
function neighbours(digits: number): [string, string] {
  const seen = new Map<string, string>()
  for (let i = 0; ; i++) {
    const start = sha256(`n/${i}`).toString('hex').slice(0, digits)
    const earlier = seen.get(start)
    if (earlier !== undefined) return [earlier, `n/${i}`]
    seen.set(start, `n/${i}`)
  }
}

describe('state tree', () => {
  it('has the zero root when it is empty', () => {
    assert.equal(treeRoot(new MapReader()), ZERO_DIGEST)
    assert.equal(rebuildRoot([]), ZERO_DIGEST)
    assert.deepEqual(updateTree(new MapReader(), []), { root: ZERO_DIGEST, writes: [] })
    assert.deepEqual(updateTree(new MapReader(), [drop('a')]), { root: ZERO_DIGEST, writes: [] })
  })

  it('has the hash of its only leaf as root', () => {
    assert.equal(new CheckedTree().change([put('a')]), leafOf('a').toString('hex'))
  })

  it('joins two leaves at the turn where their paths part', () => {
    const first = sha256('a')
    const partsAtOnce = (key: string) => ((sha256(key)[0] ?? 0) ^ (first[0] ?? 0)) >= 128
    const other = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].find(partsAtOnce) ?? assert.fail()
    const [left, right] = first[0] !== undefined && first[0] < 128 ? ['a', other] : [other, 'a']
    const root = sha256(Uint8Array.of(1), leafOf(left), leafOf(right)).toString('hex')
    assert.equal(new CheckedTree().change([put('a'), put(other)]), root)
  })

  it('has the root of its entries, whatever the history', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const tree = new CheckedTree()
        for (const changes of history) assert.equal(tree.change(changes), tree.rebuilt())
      }),
      { numRuns: 150 },
    )
  })

  it('has the root that its specification gives', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const tree = new CheckedTree()
        for (const changes of history) tree.change(changes)
        assert.equal(treeRoot(tree.reader), naiveRootOf(tree.entries))
      }),
      { numRuns: 60 },
    )
  })

  it('stores the same pages for the same entries, whatever the history', () => {
    fc.assert(
      fc.property(batches, (history) => {
        const tree = new CheckedTree()
        for (const changes of history) tree.change(changes)
        const fresh = new CheckedTree()
        fresh.change(Array.from(tree.entries, ([key, value]) => ({ key, value })))
        const pages = (map: Map<string, Uint8Array>) =>
          Array.from(map, ([key, bytes]) => `${key} ${toHex(bytes)}`).sort()
        assert.deepEqual(pages(tree.reader.map), pages(fresh.reader.map))
      }),
      { numRuns: 100 },
    )
  })

  it('grows and shrinks back to the roots that it had', () => {
    const tree = new CheckedTree()
    const roots: string[] = [ZERO_DIGEST]
    for (let i = 0; i < 300; i++) roots.push(tree.change([put(`key/${i}`)]))
    for (let i = 299; i >= 0; i--) assert.equal(tree.change([drop(`key/${i}`)]), roots[i])
    assert.equal(tree.reader.map.size, 0)
  })

  it('follows paths that share digits over several pages, and comes back', () => {
    const [a, b] = neighbours(5)
    const tree = new CheckedTree()
    const alone = tree.change([put(a)])
    tree.change([put(b)])
    assert.equal(tree.rebuilt(), treeRoot(tree.reader))
    assert.equal(tree.reader.map.size, 6)
    assert.equal(tree.change([drop(b)]), alone)
    assert.equal(tree.reader.map.size, 1)
    assert.notEqual(tree.change([put(b), drop(a)]), alone)
    assert.equal(tree.rebuilt(), treeRoot(tree.reader))
  })

  it('lets the last of several changes of one key count', () => {
    const tree = new CheckedTree()
    assert.equal(tree.change([put('a', '1'), put('b'), drop('a'), put('a', '2')]), tree.rebuilt())
    assert.equal(tree.change([put('a', '3'), drop('a')]), tree.rebuilt())
  })

  it('tells values, keys and absence from an empty value apart', () => {
    const root = (changes: readonly StateChange[]) => new CheckedTree().change(changes)
    const roots = [[put('a', '')], [put('a')], [put('b', '')], [put('b'), put('a', '')], []]
    assert.equal(new Set(roots.map(root)).size, roots.length)
  })

  it('halts on a page that is missing or damaged', () => {
    const tree = new CheckedTree()
    tree.change(Array.from({ length: 100 }, (_, i) => put(`key/${i}`)))
    const rootPage = tree.reader.get(storageKey.treePage('')) ?? assert.fail()
    const damaged = new MapReader()
    damaged.map.set(storageKey.treePage(''), rootPage)
    const change = Array.from({ length: 100 }, (_, i) => put(`key/${i}`, 'x'))
    assert.throws(() => updateTree(damaged, change), { name: 'InvariantError' })
    damaged.map.set(storageKey.treePage(''), rootPage.subarray(0, -1))
    assert.throws(() => treeRoot(damaged), { name: 'InvariantError' })
  })

  it('halts when it is rebuilt from two entries of one key', () => {
    const entry = { key: 'a', value: new Uint8Array(0) }
    assert.throws(() => rebuildRoot([entry, entry]), { name: 'InvariantError' })
  })
})
