import type { ConsensusInput } from '../../consensus/input.ts'
import { decodeConsensusInput, encodeConsensusInput } from '../../consensus/input-codec.ts'
import { DIGEST_BYTES, type Digest, digestBytes, toDigest } from '../../digest.ts'
import { ByteReader } from '../../encoding/byte-reader.ts'
import { ByteWriter } from '../../encoding/byte-writer.ts'
import { BODY_BYTES_MAX, HEADER_BYTES_MAX } from '../../limits.ts'
import { isRejection, type Rejection, refuse } from '../../rejection.ts'

/** One line of the write-ahead log of the height that is being decided. */
export type WalEntry =
  /** An input of the consensus machine, before it is applied (W1). */
  | { readonly kind: 'input'; readonly input: ConsensusInput }
  /** A block that was proposed or built: what a lock or a rebuilt proposal needs after a crash (W5). */
  | { readonly kind: 'block'; readonly header: Uint8Array; readonly body: Uint8Array }
  /** Digest of the sign bytes of an own message, durable before it is signed (W2). */
  | { readonly kind: 'signed'; readonly signable: Digest }

const TAGS = { input: 1, block: 2, signed: 3 } as const

export function encodeWalEntry(entry: WalEntry): Uint8Array {
  const writer = new ByteWriter().u8(TAGS[entry.kind])
  switch (entry.kind) {
    case 'input':
      return writer.raw(encodeConsensusInput(entry.input)).finish()
    case 'block':
      return writer.bytes(entry.header).bytes(entry.body).finish()
    case 'signed':
      return writer.raw(digestBytes(entry.signable)).finish()
  }
}

export function decodeWalEntry(bytes: Uint8Array): WalEntry | Rejection {
  const reader = new ByteReader(bytes)
  const tag = reader.u8()
  if (tag === TAGS.input) {
    const input = decodeConsensusInput(bytes.subarray(1))
    return isRejection(input) ? input : { kind: 'input', input }
  }
  if (tag === TAGS.block) {
    const header = reader.bytes(HEADER_BYTES_MAX)
    const body = reader.bytes(BODY_BYTES_MAX)
    if (reader.finished()) return { kind: 'block', header, body }
  }
  if (tag === TAGS.signed) {
    const digest = reader.raw(DIGEST_BYTES)
    if (reader.finished()) return { kind: 'signed', signable: toDigest(digest) }
  }
  return refuse('malformed', 'an entry of the write-ahead log is not of any known kind')
}
