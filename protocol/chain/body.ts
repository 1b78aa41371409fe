import type { Evidence } from '../consensus/evidence.ts'
import { decodeEvidence, encodeEvidence } from '../consensus/evidence-codec.ts'
import { type Digest, domainDigest } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { BLOCK_EVIDENCE_MAX, COMMIT_PROOF_BYTES_MAX, EVIDENCE_BYTES_MAX } from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { type CommitProof, decodeCommitProof, encodeCommitProof } from './commit-proof.ts'
import { readMagic } from './magic.ts'
import type { Parameters } from './parameters.ts'

/** What a header's `bodyHash` covers. */
export interface Body {
  /** Envelope bytes, in ledger order. */
  readonly envelopes: readonly Uint8Array[]
  readonly evidence: readonly Evidence[]
  /** Proof of the block before; null only in block 1. */
  readonly lastProof: CommitProof | null
}

/** The chain parameters that bound a body. */
export type BodyLimits = Pick<Parameters, 'bodyBytesMax' | 'blockRecordsMax' | 'envelopeBytesMax'>

const MAGIC = utf8Encode('pedigree-body\0')
const VERSION = 1

export function encodeBody(body: Body): Uint8Array {
  const writer = new ByteWriter().raw(MAGIC).u8(VERSION).u32(body.envelopes.length)
  for (const envelope of body.envelopes) writer.bytes(envelope)
  writer.u32(body.evidence.length)
  for (const evidence of body.evidence) writer.bytes(encodeEvidence(evidence))
  const { lastProof } = body
  if (lastProof === null) return writer.u8(0).finish()
  return writer.u8(1).bytes(encodeCommitProof(lastProof)).finish()
}

/**
 * Form only: the envelopes are views into `bytes` and not yet read as records.
 * Refuses with too-large, malformed, unknown-version, or as the evidence and the proof inside do.
 */
export function decodeBody(bytes: Uint8Array, limits: BodyLimits): Body | Rejection {
  if (bytes.length > limits.bodyBytesMax)
    return refuse('too-large', `body of ${bytes.length} bytes`)
  const reader = new ByteReader(bytes)
  const refused = readMagic(reader, { magic: MAGIC, version: VERSION, what: 'body' })
  if (refused !== undefined) return refused
  const envelopes = readList(reader, limits.blockRecordsMax, limits.envelopeBytesMax)
  const evidence = readEvidence(reader)
  if (isRejection(evidence)) return evidence
  const lastProof = readLastProof(reader)
  if (isRejection(lastProof)) return lastProof
  if (!reader.finished()) return refuse('malformed', `body of ${bytes.length} bytes`)
  return { envelopes, evidence, lastProof }
}

/** Counted byte strings. A count or a length above its bound fails the reader before it allocates. */
function readList(reader: ByteReader, countMax: number, bytesMax: number): Uint8Array[] {
  const count = reader.u32()
  if (count > countMax) reader.fail()
  const items: Uint8Array[] = []
  while (items.length < count && !reader.failed) items.push(reader.bytes(bytesMax))
  return items
}

function readEvidence(reader: ByteReader): readonly Evidence[] | Rejection {
  const items = readList(reader, BLOCK_EVIDENCE_MAX, EVIDENCE_BYTES_MAX)
  if (reader.failed) return refuse('malformed', 'body whose lists do not fit')
  const evidence: Evidence[] = []
  for (const item of items) {
    const decoded = decodeEvidence(item)
    if (isRejection(decoded)) return decoded
    evidence.push(decoded)
  }
  return evidence
}

function readLastProof(reader: ByteReader): CommitProof | null | Rejection {
  const tag = reader.u8()
  if (tag === 0) return null
  const bytes = reader.bytes(COMMIT_PROOF_BYTES_MAX)
  if (tag !== 1 || reader.failed) return refuse('malformed', 'body whose last proof does not fit')
  return decodeCommitProof(bytes)
}

export function bodyHashOf(bodyBytes: Uint8Array): Digest {
  return domainDigest('pedigree-body/1', bodyBytes)
}
