import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, fromHex, toHex } from './bytes.ts'
import { utf8Encode } from './encoding/utf8.ts'

/** A SHA-256 digest as 64 lowercase hex digits: comparable with ===, usable as a map key. */
export type Digest = string & { readonly digest: unique symbol }

export const DIGEST_BYTES = 32
export const ZERO_DIGEST = '0'.repeat(64) as Digest
const DIGEST = /^[0-9a-f]{64}$/

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && DIGEST.test(text)
}

export function hashBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(parts.length === 1 ? (parts[0] as Uint8Array) : concatBytes(...parts))
}

export function digestOf(...parts: readonly Uint8Array[]): Digest {
  return toHex(hashBytes(...parts)) as Digest
}

/** SHA-256 over a domain word, a zero byte and the content, so no two kinds of thing share a digest. */
export function domainDigest(domain: string, content: Uint8Array): Digest {
  return digestOf(utf8Encode(domain), Uint8Array.of(0), content)
}

export function digestBytes(digest: Digest): Uint8Array {
  return fromHex(digest) as Uint8Array
}

/** @param bytes exactly 32 bytes */
export function toDigest(bytes: Uint8Array): Digest {
  return toHex(bytes) as Digest
}
