import { getPublicKey, hashes, Point, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, equalBytes } from '../bytes.ts'
import type { SignatureCheck, VerifySignature } from '../ports.ts'

/**
 * THE signature rule: Ed25519, cofactorless, with canonical A, R and S. Nodes verify with a native
 * library behind the same function type; for every key that `isSoundKey` admits the verdicts are the
 * same, and vectors pin that. Noble's own verify is cofactored even in its strict mode: it accepts
 * an R with a component of small order that native libraries refuse. So it is not used.
 */
hashes.sha512 = sha512

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
const { n: ORDER } = Point.CURVE()

/**
 * Recomputes R = S*B - k*A and compares bytes. A point's encoding is unique, so a non-canonical R
 * never matches.
 */
export const verifySignature: VerifySignature = ({ key, message, signature }: SignatureCheck) => {
  if (key.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
  const A = decodePoint(key)
  if (A === undefined) return false
  const R = signature.subarray(0, 32)
  const S = littleEndian(signature.subarray(32))
  if (S >= ORDER) return false
  const k = littleEndian(sha512(concatBytes(R, key, message))) % ORDER
  const expected = Point.BASE.multiplyUnsafe(S).subtract(A.multiplyUnsafe(k))
  return equalBytes(expected.toBytes(), R)
}

/** On the curve, canonical, not of small order and free of torsion: what every registered key is. */
export function isSoundKey(key: Uint8Array): boolean {
  if (key.length !== KEY_BYTES) return false
  const point = decodePoint(key)
  return point !== undefined && !point.isSmallOrder() && point.isTorsionFree()
}

/** @param seed 32-byte secret */
export function signMessage(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(message, seed)
}

/** @param seed 32-byte secret */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return getPublicKey(seed)
}

/** Strict decoding of RFC 8032: y < p, on the curve, no negative zero. */
function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes)
  } catch {
    return undefined
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number)
  return value
}
