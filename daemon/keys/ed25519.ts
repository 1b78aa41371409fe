import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signNative,
  verify as verifyNative,
} from 'node:crypto'
import type { SignatureCheck, VerifySignature } from '../../protocol/ports.ts'
import { isSoundKey, verifySignature } from '../../protocol/records/ed25519.ts'

const SEED_BYTES = 32
/** DER of a PKCS #8 Ed25519 private key up to the seed (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
/** DER of an Ed25519 SubjectPublicKeyInfo up to the key. */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const KEYS_CACHED_MAX = 8_192

/** Signs with one secret that is kept inside the native library. */
export type SignMessage = (message: Uint8Array) => Uint8Array

/** @param seed 32-byte secret */
export function createSigner(seed: Uint8Array): SignMessage {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes`)
  const der = Buffer.concat([PRIVATE_PREFIX, seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return (message) => signNative(null, message, key)
}

/**
 * The rule of protocol/records/ed25519.ts, eleven times faster. The native library accepts some keys
 * that the rule reads differently (not canonical, of small order), so those few take the slow way;
 * for sound keys the verdicts are the same.
 */
export function createVerifier(): VerifySignature {
  const sound = new Map<string, KeyObject>()
  return (check: SignatureCheck) => {
    const id = Buffer.from(check.key).toString('latin1')
    const known = sound.get(id)
    if (known !== undefined) return verifyNative(null, check.message, known, check.signature)
    if (!isSoundKey(check.key)) return verifySignature(check)
    const key = publicKeyObject(check.key)
    evictOldest(sound)
    sound.set(id, key)
    return verifyNative(null, check.message, key, check.signature)
  }
}

function publicKeyObject(key: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, key]), format: 'der', type: 'spki' })
}

function evictOldest(keys: Map<string, KeyObject>): void {
  if (keys.size < KEYS_CACHED_MAX) return
  for (const oldest of keys.keys()) {
    keys.delete(oldest)
    return
  }
}
