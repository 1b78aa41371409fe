import { base58 } from '@scure/base'
import { concatBytes } from '../bytes.ts'
import { type Rejection, refuse } from '../rejection.ts'

const PREFIX = 'did:key:z'
/** Multicodec ed25519-pub, as a varint. */
const ED25519_PUB = Uint8Array.of(0xed, 0x01)
const KEY_BYTES = 32
/** 34 bytes that begin with 0xed take exactly 47 base58 digits. */
const DID_CHARS = PREFIX.length + 47

/**
 * The did:key of an Ed25519 key: base58btc of the multicodec prefix and the 32 bytes.
 *
 * @param key 32 bytes
 */
export function didOf(key: Uint8Array): string {
  return PREFIX + base58.encode(concatBytes(ED25519_PUB, key))
}

/**
 * The 32 bytes inside a did:key. Base58 has one spelling for each byte string, so what decodes is
 * canonical; whether the bytes are a sound key is another question (ed25519.ts).
 */
export function keyOfDid(did: string): Uint8Array | Rejection {
  if (did.length !== DID_CHARS || !did.startsWith(PREFIX)) return badDid(did)
  const bytes = decodeBase58(did.slice(PREFIX.length))
  const isEd25519 =
    bytes?.length === ED25519_PUB.length + KEY_BYTES &&
    ED25519_PUB.every((byte, i) => bytes[i] === byte)
  return bytes !== undefined && isEd25519 ? bytes.subarray(ED25519_PUB.length) : badDid(did)
}

function decodeBase58(text: string): Uint8Array | undefined {
  try {
    return base58.decode(text)
  } catch {
    return undefined
  }
}

function badDid(did: string): Rejection {
  return refuse('bad-key', `${did.slice(0, DID_CHARS)} is not the did:key of an Ed25519 key`)
}
