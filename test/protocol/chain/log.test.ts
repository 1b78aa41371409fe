import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fromHex, toHex } from '../../../protocol/bytes.ts'
import {
  appendLeafHashes,
  appendLeaves,
  EMPTY_FRONTIER,
  encodeLogLeaf,
  type LogFrontier,
  logLeafHash,
  readFrontier,
  rootOf,
} from '../../../protocol/chain/log.ts'
import { leafHash, topLevel } from '../../../protocol/chain/merkle.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { storageKey } from '../../../protocol/storage-keys.ts'
import { MapReader } from './map-reader.ts'
import { naiveRoot } from './naive-log.ts'

/** The test tree of Certificate Transparency: eight leaves and the root after each. */
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function numbered(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => utf8Encode(`leaf ${i}`))
}

function append(log: LogFrontier, data: readonly Uint8Array[]) {
  return appendLeafHashes(
    log,
    data.map((leaf) => leafHash(leaf)),
  )
}

describe('log', () => {
  it('has the root of RFC 6962 when it is empty', () => {
    assert.equal(
      rootOf(EMPTY_FRONTIER),
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('has the roots of the Certificate Transparency test tree', () => {
    let log: LogFrontier = EMPTY_FRONTIER
    for (const [i, leaf] of CT_LEAVES.entries()) {
      log = append(log, [fromHex(leaf) ?? assert.fail()]).frontier
      assert.equal(rootOf(log), CT_ROOTS[i], `after leaf ${i}`)
    }
  })

  it('has the roots of the naive tree for all sizes up to 130', () => {
    const leaves = numbered(130)
    for (let size = 0; size <= leaves.length; size++) {
      const part = leaves.slice(0, size)
      assert.equal(rootOf(append(EMPTY_FRONTIER, part).frontier), toHex(naiveRoot(part)))
    }
  })

  it('does not depend on how its leaves are split into blocks', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 6 })
    fc.assert(
      fc.property(sizes, (blocks) => {
        const leaves = numbered(blocks.reduce((sum, size) => sum + size, 0))
        let log: LogFrontier = EMPTY_FRONTIER
        for (const size of blocks)
          log = append(log, leaves.slice(log.size, log.size + size)).frontier
        assert.equal(rootOf(log), toHex(naiveRoot(leaves)))
      }),
      { numRuns: 40 },
    )
  })

  it('stores each complete subtree once, under its level and index', () => {
    const leaves = numbered(21)
    const { nodes } = append(EMPTY_FRONTIER, leaves)
    const places = nodes.map(({ level, index }) => `${level}/${index}`)
    assert.equal(new Set(places).size, places.length)
    assert.equal(places.length, 21 + 10 + 5 + 2 + 1)
    for (const { level, index, hash } of nodes) {
      const covered = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)
      assert.equal(toHex(hash), toHex(naiveRoot(covered)), `node ${level}/${index}`)
    }
  })

  it('reads the frontier of every earlier size from the stored nodes', () => {
    const reader = new MapReader()
    const leaves = numbered(70)
    const { nodes } = append(EMPTY_FRONTIER, leaves)
    for (const { level, index, hash } of nodes) {
      reader.map.set(storageKey.logNode(level, index), hash)
    }
    for (let size = 0; size <= 70; size++) {
      const expected = append(EMPTY_FRONTIER, leaves.slice(0, size)).frontier
      assert.deepEqual(readFrontier(reader, size), expected)
    }
  })

  it('halts where a stored node is missing', () => {
    assert.throws(() => readFrontier(new MapReader(), 3), { name: 'InvariantError' })
  })

  it('covers record, envelope, height and time with a leaf of 80 bytes', () => {
    const leaf = { record: digestOf(), envelope: 'ab'.repeat(32) as Digest, height: 7, timeMs: 9 }
    const hex = `${leaf.record}${leaf.envelope}00000000000000070000000000000009`
    assert.equal(toHex(encodeLogLeaf(leaf)), hex)
    const { frontier } = appendLeaves(EMPTY_FRONTIER, [leaf])
    assert.equal(rootOf(frontier), toHex(logLeafHash(leaf)))
    assert.equal(rootOf(frontier), toHex(naiveRoot([encodeLogLeaf(leaf)])))
  })

  it('takes binary logarithms exactly, also just below a power of two', () => {
    for (let level = 1; level <= 52; level++) {
      assert.equal(topLevel(2 ** level), level)
      assert.equal(topLevel(2 ** level - 1), level - 1)
    }
  })
})
