import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { concatBytes, fromHex, toHex } from '../../../protocol/bytes.ts'
import type { SignatureCheck } from '../../../protocol/ports.ts'
import {
  isSoundKey,
  publicKeyOf,
  signMessage,
  verifySignature,
} from '../../../protocol/records/ed25519.ts'
import { RFC_8032, SPECCHECK } from './ed25519-vectors.ts'

const { n: L, p: P } = Point.CURVE()
const TORSION = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa')

const bytes = (hex: string) => fromHex(hex) as Uint8Array

function littleEndian(value: bigint): Uint8Array {
  return bytes(value.toString(16).padStart(64, '0')).reverse()
}

function toScalar(le: Uint8Array): bigint {
  return BigInt(`0x${toHex(le.slice().reverse())}`)
}

function checkOf(vector: { key: string; message: string; signature: string }): SignatureCheck {
  return {
    key: bytes(vector.key),
    message: bytes(vector.message),
    signature: bytes(vector.signature),
  }
}

/** What a node's native library says. */
function nativeVerify({ key, message, signature }: SignatureCheck): boolean {
  const der = concatBytes(bytes('302a300506032b6570032100'), key)
  const publicKey = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  return verify(null, message, publicKey, signature)
}

/** A signature by a known secret scalar, over any A and R that are asked for. */
function forge(scalar: bigint, nonce: bigint, rTorsion: Point, aTorsion: Point): SignatureCheck {
  const message = new Uint8Array([1, 2, 3])
  const key = Point.BASE.multiply(scalar).add(aTorsion).toBytes()
  const R = Point.BASE.multiply(nonce).add(rTorsion).toBytes()
  const k = toScalar(sha512(concatBytes(R, key, message))) % L
  const signature = concatBytes(R, littleEndian((nonce + k * scalar) % L))
  return { key, message, signature }
}

describe('Ed25519 signatures', () => {
  for (const [i, vector] of RFC_8032.entries()) {
    it(`follow RFC 8032, test ${i + 1}`, () => {
      const seed = bytes(vector.seed)
      assert.equal(toHex(publicKeyOf(seed)), vector.key)
      assert.equal(toHex(signMessage(seed, bytes(vector.message))), vector.signature)
      assert.equal(verifySignature(checkOf(vector)), true)
      assert.equal(isSoundKey(bytes(vector.key)), true)
    })
  }

  for (const [i, vector] of SPECCHECK.entries()) {
    it(`have one verdict where ${vector.fact} (speccheck ${i})`, () => {
      assert.equal(verifySignature(checkOf(vector)), vector.verifies)
      if (isSoundKey(bytes(vector.key))) {
        assert.equal(nativeVerify(checkOf(vector)), vector.verifies)
      }
    })
  }

  it('are refused when R carries a component of small order', () => {
    const honest = forge(1234567n, 987654321n, Point.ZERO, Point.ZERO)
    const mixed = forge(1234567n, 987654321n, TORSION, Point.ZERO)
    assert.equal(verifySignature(honest), true)
    assert.equal(isSoundKey(mixed.key), true)
    assert.equal(verifySignature(mixed), false)
    assert.equal(nativeVerify(mixed), false)
  })

  it('are refused when S is not below L', () => {
    const { key, message, signature } = forge(55n, 77n, Point.ZERO, Point.ZERO)
    const S = toScalar(signature.subarray(32))
    const raised = concatBytes(signature.subarray(0, 32), littleEndian(S + L))
    assert.equal(verifySignature({ key, message, signature: raised }), false)
    assert.equal(nativeVerify({ key, message, signature: raised }), false)
  })

  it('are refused when key or signature has another length', () => {
    const { key, message, signature } = forge(55n, 77n, Point.ZERO, Point.ZERO)
    assert.equal(verifySignature({ key, message, signature: signature.subarray(1) }), false)
    assert.equal(verifySignature({ key: key.subarray(1), message, signature }), false)
  })

  it('get the same verdict from node:crypto under every sound key', () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const flip = fc.option(fc.record({ at: fc.nat(63), bit: fc.nat(7) }), { nil: undefined })
    fc.assert(
      fc.property(seed, fc.uint8Array({ maxLength: 64 }), flip, (secret, message, change) => {
        const signature = signMessage(secret, message)
        if (change !== undefined) {
          signature[change.at] = (signature[change.at] as number) ^ (1 << change.bit)
        }
        const check = { key: publicKeyOf(secret), message, signature }
        assert.equal(isSoundKey(check.key), true)
        assert.equal(verifySignature(check), nativeVerify(check))
        assert.equal(verifySignature(check), change === undefined)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a sound key', () => {
  it('is no point of small order', () => {
    for (let i = 0n; i < 8n; i++) {
      assert.equal(isSoundKey(TORSION.multiplyUnsafe(i).toBytes()), false)
    }
  })

  it('has no component of small order', () => {
    assert.equal(isSoundKey(Point.BASE.multiply(5n).add(TORSION).toBytes()), false)
    assert.equal(isSoundKey(Point.BASE.multiply(5n).toBytes()), true)
  })

  it('is on the curve', () => {
    assert.equal(isSoundKey(littleEndian(2n)), false)
  })

  it('is canonical: y below p, and no negative zero', () => {
    for (let y = P; y < 2n ** 255n; y++) assert.equal(isSoundKey(littleEndian(y)), false)
    assert.equal(isSoundKey(bytes(`01${'00'.repeat(30)}80`)), false)
  })

  it('has 32 bytes', () => {
    assert.equal(isSoundKey(new Uint8Array(31)), false)
    assert.equal(isSoundKey(new Uint8Array(0)), false)
  })
})
