import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createSigner, createVerifier } from '../../../daemon/keys/ed25519.ts'
import type { SignatureCheck } from '../../../protocol/ports.ts'
import { publicKeyOf, signMessage, verifySignature } from '../../../protocol/records/ed25519.ts'
import { RFC_8032, SPECCHECK } from '../../protocol/records/ed25519-vectors.ts'

interface Vector {
  readonly key: string
  readonly message: string
  readonly signature: string
}

function checkOf({ key, message, signature }: Vector): SignatureCheck {
  const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
  return { key: bytes(key), message: bytes(message), signature: bytes(signature) }
}

describe('the native Ed25519 of a node', () => {
  const verify = createVerifier()

  it('decides every known edge case as the rule does, the first time and the next', () => {
    for (const vector of [...RFC_8032, ...SPECCHECK]) {
      const check = checkOf(vector)
      for (const _again of [1, 2]) assert.equal(verify(check), verifySignature(check), vector.key)
    }
  })

  it('refuses keys and signatures of another length', () => {
    const check = checkOf(RFC_8032[0] as Vector)
    for (const length of [0, 31, 33, 63, 65]) {
      assert.equal(verify({ ...check, key: new Uint8Array(length) }), false)
      assert.equal(verify({ ...check, signature: new Uint8Array(length) }), false)
    }
  })

  it('signs the same bytes as the rule, and refuses them once a bit is flipped', () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const property = fc.property(seeds, fc.uint8Array(), fc.nat(511), (seed, message, bit) => {
      const signature = createSigner(seed)(message)
      assert.deepEqual(Buffer.from(signature), Buffer.from(signMessage(seed, message)))
      const key = publicKeyOf(seed)
      assert.equal(verify({ key, message, signature }), true)
      const flipped = Uint8Array.from(signature)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.equal(verify({ key, message, signature: flipped }), false)
    })
    fc.assert(property, { numRuns: 25 })
  })

  it('takes no seed of another length', () => {
    assert.throws(() => createSigner(new Uint8Array(31)), RangeError)
  })
})
