import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toHex } from '../../../protocol/bytes.ts'
import { appendLeafHashes, EMPTY_FRONTIER } from '../../../protocol/chain/log.ts'
import {
  type ConsistencyClaim,
  consistencyProof,
  type InclusionClaim,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../../protocol/chain/log-proof.ts'
import { leafHash } from '../../../protocol/chain/merkle.ts'
import { type Digest, digestOf, toDigest } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { storageKey } from '../../../protocol/storage-keys.ts'
import { MapReader } from './map-reader.ts'
import { naivePath, naiveProof, naiveRoot } from './naive-log.ts'

const SMALL = 130
const LARGE = 700
const leaves = Array.from({ length: LARGE }, (_, i) => utf8Encode(`leaf ${i}`))
const reader = new MapReader()
const growth = appendLeafHashes(
  EMPTY_FRONTIER,
  leaves.map((leaf) => leafHash(leaf)),
)
for (const { level, index, hash } of growth.nodes) {
  reader.map.set(storageKey.logNode(level, index), hash)
}
const roots = new Map<number, Digest>()
const stranger = digestOf(utf8Encode('stranger'))

function root(size: number): Digest {
  const known = roots.get(size) ?? toDigest(naiveRoot(leaves.slice(0, size)))
  roots.set(size, known)
  return known
}

function inclusion(index: number, size: number): InclusionClaim {
  const leaf = leafHash(leaves[index] ?? assert.fail())
  return { leaf, index, size, path: inclusionProof(reader, index, size), root: root(size) }
}

function consistency(from: number, to: number): ConsistencyClaim {
  const path = consistencyProof(reader, from, to)
  return { from, to, path, fromRoot: root(from), toRoot: root(to) }
}

describe('inclusion proof', () => {
  it('verifies for every leaf of all sizes up to 130, and is the naive path where that is computed', () => {
    for (let size = 1; size <= SMALL; size++) {
      for (let index = 0; index < size; index++) {
        const claim = inclusion(index, size)
        assert.ok(verifyInclusion(claim), `${index} of ${size}`)
        if (size <= 33 || size % 13 === 0) {
          assert.deepEqual(claim.path, naivePath(index, leaves.slice(0, size)).map(toHex))
        }
      }
    }
  })

  const place = fc
    .integer({ min: 2, max: LARGE })
    .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)))

  it('verifies in larger logs, and not with anything in it changed', () => {
    fc.assert(
      fc.property(place, fc.nat(), ([index, size], nat) => {
        const claim = inclusion(index, size)
        assert.ok(verifyInclusion(claim))
        const at = nat % claim.path.length
        const swapped = claim.path.map((digest, i) => (i === at ? stranger : digest))
        assert.ok(!verifyInclusion({ ...claim, path: swapped }), 'another digest')
        assert.ok(!verifyInclusion({ ...claim, path: claim.path.slice(1) }), 'without the first')
        assert.ok(!verifyInclusion({ ...claim, path: claim.path.slice(0, -1) }), 'without the last')
        assert.ok(!verifyInclusion({ ...claim, path: [...claim.path, stranger] }), 'one too many')
        assert.ok(!verifyInclusion({ ...claim, leaf: leafHash(utf8Encode('x')) }), 'another leaf')
        assert.ok(!verifyInclusion({ ...claim, root: stranger }), 'another root')
        const elsewhere = (index + 1 + (nat % (size - 1))) % size
        assert.ok(!verifyInclusion({ ...claim, index: elsewhere }), 'another index')
      }),
      { numRuns: 200 },
    )
  })

  it('refuses places that no log has', () => {
    const claim = inclusion(0, 1)
    for (const [index, size] of [
      [1, 1],
      [0, 0],
      [-1, 1],
      [0.5, 1],
      [0, Number.NaN],
      [0, 2 ** 60],
    ] as const) {
      assert.ok(!verifyInclusion({ ...claim, index, size }), `${index} of ${size}`)
    }
  })

  it('takes no inner node for a leaf', () => {
    const claim = inclusion(2, 4)
    const inner = appendLeafHashes(
      EMPTY_FRONTIER,
      leaves.slice(2, 4).map((leaf) => leafHash(leaf)),
    )
    const leaf = inner.frontier.peaks[0] ?? assert.fail()
    assert.ok(verifyInclusion({ ...claim, leaf, index: 1, size: 2, path: claim.path.slice(1) }))
    assert.ok(!verifyInclusion({ ...claim, leaf, index: 1, size: 4, path: claim.path.slice(1) }))
  })

  it('halts when asked about a leaf beyond the log', () => {
    assert.throws(() => inclusionProof(reader, 5, 5), { name: 'InvariantError' })
  })
})

describe('consistency proof', () => {
  it('is the naive proof and verifies, between all sizes up to 40', () => {
    for (let to = 0; to <= 40; to++) {
      for (let from = 0; from <= to; from++) {
        const claim = consistency(from, to)
        assert.deepEqual(claim.path, naiveProof(from, leaves.slice(0, to)).map(toHex))
        assert.ok(verifyConsistency(claim), `${from} to ${to}`)
      }
    }
  })

  const sizes = fc
    .integer({ min: 2, max: LARGE })
    .chain((to) => fc.tuple(fc.integer({ min: 1, max: to - 1 }), fc.constant(to)))

  it('verifies in larger logs, and not with anything in it changed', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ([from, to], nat) => {
        const claim = consistency(from, to)
        assert.ok(verifyConsistency(claim))
        const at = nat % claim.path.length
        const swapped = claim.path.map((digest, i) => (i === at ? stranger : digest))
        assert.ok(!verifyConsistency({ ...claim, path: swapped }), 'another digest')
        assert.ok(!verifyConsistency({ ...claim, path: claim.path.slice(1) }), 'without the first')
        assert.ok(
          !verifyConsistency({ ...claim, path: claim.path.slice(0, -1) }),
          'without the last',
        )
        assert.ok(!verifyConsistency({ ...claim, path: [...claim.path, stranger] }), 'one too many')
        assert.ok(!verifyConsistency({ ...claim, fromRoot: stranger }), 'another old root')
        assert.ok(!verifyConsistency({ ...claim, toRoot: stranger }), 'another new root')
      }),
      { numRuns: 200 },
    )
  })

  it('is empty from the empty log and between equal sizes, and nothing else passes there', () => {
    assert.ok(verifyConsistency(consistency(0, 9)))
    assert.ok(verifyConsistency(consistency(9, 9)))
    assert.ok(!verifyConsistency({ ...consistency(0, 9), path: [stranger] }))
    assert.ok(!verifyConsistency({ ...consistency(9, 9), path: [stranger] }))
    assert.ok(!verifyConsistency({ ...consistency(9, 9), toRoot: stranger }))
    assert.ok(!verifyConsistency({ ...consistency(0, 9), fromRoot: stranger }))
    assert.ok(!verifyConsistency({ ...consistency(5, 9), from: 9, to: 5 }))
  })
})
