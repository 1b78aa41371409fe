import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { concatBytes, equalBytes } from '../protocol/bytes.ts'
import { utf8Encode } from '../protocol/encoding/utf8.ts'
import type { SignatureCheck } from '../protocol/ports.ts'

/** One Ed25519 key pair of an invented person or node. */
export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly secret: KeyObject
  /** 32 bytes: the secret as the protocol's own helpers take it. */
  readonly seed: Uint8Array
}

/** How the inhabitants of one world sign. Every check in a world goes through its `verify`. */
export interface SignatureScheme {
  readonly name: 'hashed' | 'ed25519'
  readonly sign: (key: KeyPair, message: Uint8Array) => Uint8Array
  readonly verify: (check: SignatureCheck) => boolean
}

const PKCS8_PREFIX = Uint8Array.from(Buffer.from('302e020100300506032b657004220420', 'hex'))
const SPKI_PREFIX = Uint8Array.from(Buffer.from('302a300506032b6570032100', 'hex'))
const PUBLIC_KEY_BYTES = 32

/** A real key pair, the same for the same name. */
export function keyPairOf(name: string): KeyPair {
  const seed = sha256(utf8Encode(`invented key of ${name}`))
  const secret = secretKeyOf(seed)
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return { publicKey: new Uint8Array(spki.subarray(-PUBLIC_KEY_BYTES)), secret, seed }
}

/** @param seed 32-byte Ed25519 secret */
export function secretKeyOf(seed: Uint8Array): KeyObject {
  const key = Buffer.from(concatBytes(PKCS8_PREFIX, seed))
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** The real thing: slow, so only some seeds use it. */
export const ED25519: SignatureScheme = {
  name: 'ed25519',
  sign: (key, message) => new Uint8Array(sign(null, message, key.secret)),
  verify: ({ key, message, signature }) => {
    const der = Buffer.from(concatBytes(SPKI_PREFIX, key))
    return verify(
      null,
      message,
      createPublicKey({ key: der, format: 'der', type: 'spki' }),
      signature,
    )
  },
}

/**
 * A hash of key and message in the place of a signature. Nobody in a world computes one for a key
 * that is not theirs, so it is as good as a signature and far quicker.
 */
export const HASHED: SignatureScheme = {
  name: 'hashed',
  sign: (key, message) => hashedSignature(key.publicKey, message),
  verify: ({ key, message, signature }) => equalBytes(hashedSignature(key, message), signature),
}

function hashedSignature(key: Uint8Array, message: Uint8Array): Uint8Array {
  const half = sha256(concatBytes(key, message))
  return concatBytes(half, half)
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', bytes, 'buffer'))
}
