import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  proveState,
  type StateProof,
  verifyStateProof,
} from '../../../protocol/chain/state-proof.ts'
import { treeRoot, updateTree } from '../../../protocol/chain/state-tree.ts'
import { type Digest, digestOf, ZERO_DIGEST } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { MapReader } from './map-reader.ts'

const stranger = digestOf(utf8Encode('stranger'))
const none: StateProof = { siblings: [], other: null }

function treeOf(count: number): { reader: MapReader; root: Digest } {
  const reader = new MapReader()
  const changes = Array.from({ length: count }, (_, i) => ({
    key: `key/${i}`,
    value: sampleValue(i),
  }))
  const { root, writes } = updateTree(reader, changes)
  reader.apply(writes)
  assert.equal(treeRoot(reader), root)
  return { reader, root }
}

function sampleValue(i: number): Uint8Array {
  return utf8Encode(`value ${i}`)
}

describe('state proof', () => {
  it('proves every key and the absence of others, in trees of many sizes', () => {
    for (const size of [1, 2, 3, 5, 17, 40, 200]) {
      const { reader, root } = treeOf(size)
      for (let i = 0; i < size; i++) {
        const proof = proveState(reader, `key/${i}`)
        assert.ok(verifyStateProof(root, `key/${i}`, sampleValue(i), proof), `${i} of ${size}`)
        assert.ok(!verifyStateProof(root, `key/${i}`, undefined, proof), `${i} of ${size} absent`)
        assert.ok(!verifyStateProof(root, `key/${i}`, sampleValue(i + 1), proof), 'another value')
      }
      for (let i = size; i < size + 60; i++) {
        const proof = proveState(reader, `key/${i}`)
        assert.ok(verifyStateProof(root, `key/${i}`, undefined, proof), `no ${i} in ${size}`)
        assert.ok(!verifyStateProof(root, `key/${i}`, sampleValue(i), proof), `${i} invented`)
      }
    }
  })

  it('proves absence both beside a neighbour and in an empty place', () => {
    const { reader } = treeOf(40)
    const proofs = Array.from({ length: 60 }, (_, i) => proveState(reader, `absent/${i}`))
    assert.ok(proofs.some((proof) => proof.other !== null))
    assert.ok(proofs.some((proof) => proof.other === null))
  })

  it('proves that an empty tree holds nothing', () => {
    const proof = proveState(new MapReader(), 'a')
    assert.deepEqual(proof, none)
    assert.ok(verifyStateProof(ZERO_DIGEST, 'a', undefined, proof))
    assert.ok(!verifyStateProof(ZERO_DIGEST, 'a', sampleValue(1), proof))
  })

  it('does not verify with anything in it changed', () => {
    const { reader, root } = treeOf(150)
    fc.assert(
      fc.property(fc.nat(299), fc.nat(), (i, nat) => {
        const key = `key/${i}`
        const value = i < 150 ? sampleValue(i) : undefined
        const proof = proveState(reader, key)
        const { siblings } = proof
        const at = nat % siblings.length
        const swapped = siblings.map((digest, n) => (n === at ? stranger : digest))
        const without = siblings.filter((_, n) => n !== at)
        for (const changed of [
          swapped,
          without,
          [...siblings, stranger],
          [stranger, ...siblings],
        ]) {
          assert.ok(!verifyStateProof(root, key, value, { ...proof, siblings: changed }))
        }
        assert.ok(!verifyStateProof(stranger, key, value, proof), 'another root')
      }),
      { numRuns: 200 },
    )
  })

  it('does not prove absence by a leaf that stands elsewhere, or is the key itself', () => {
    const { reader, root } = treeOf(40)
    const there = proveState(reader, 'key/3')
    const own = {
      path: digestOf(utf8Encode('key/3')),
      valueHash: digestOf(sampleValue(3)),
    }
    const forged = { ...there, other: own }
    assert.ok(!verifyStateProof(root, 'key/3', undefined, forged), 'its own leaf')
    const elsewhere = Array.from({ length: 40 }, (_, i) => `key/${i}`).filter((k) => k !== 'key/3')
    for (const key of elsewhere) {
      assert.ok(!verifyStateProof(root, key, undefined, forged), `leaf of key/3 for ${key}`)
    }
  })

  it('refuses more siblings than a path has turns', () => {
    const siblings = new Array<Digest>(257).fill(stranger)
    assert.ok(!verifyStateProof(ZERO_DIGEST, 'a', undefined, { siblings, other: null }))
  })
})
