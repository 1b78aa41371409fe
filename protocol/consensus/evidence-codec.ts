import { compareBytes } from '../bytes.ts'
import { type Digest, domainDigest } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { ENVELOPE_BYTES_MAX, EVIDENCE_BYTES_MAX } from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { Evidence } from './evidence.ts'
import {
  CONSENSUS_MESSAGE_BYTES,
  decodeConsensusMessage,
  encodeConsensusMessage,
} from './message-codec.ts'

/**
 * The bytes of one piece of evidence: u8 kind, then its two statements, each behind its length. The
 * two sides of an equivocation and of a nonce reuse are in byte order, so that whoever saw them the
 * other way round writes the same bytes. In amnesia the COMMIT comes first.
 */
const TAGS = { equivocation: 1, amnesia: 2, 'nonce-reuse': 3 } as const

export function encodeEvidence(evidence: Evidence): Uint8Array {
  const [first, second] = sidesOf(evidence)
  return new ByteWriter().u8(TAGS[evidence.kind]).bytes(first).bytes(second).finish()
}

function sidesOf(evidence: Evidence): readonly [Uint8Array, Uint8Array] {
  switch (evidence.kind) {
    case 'equivocation':
      return inOrder(
        encodeConsensusMessage(evidence.first),
        encodeConsensusMessage(evidence.second),
      )
    case 'amnesia':
      return [encodeConsensusMessage(evidence.commit), encodeConsensusMessage(evidence.prepare)]
    case 'nonce-reuse':
      return inOrder(evidence.first, evidence.second)
  }
}

function inOrder(a: Uint8Array, b: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return compareBytes(a, b) <= 0 ? [a, b] : [b, a]
}

/** Form only: what it proves is a question to evidence-check.ts. */
export function decodeEvidence(bytes: Uint8Array): Evidence | Rejection {
  if (bytes.length > EVIDENCE_BYTES_MAX) {
    return refuse('too-large', `evidence of ${bytes.length} bytes, at most ${EVIDENCE_BYTES_MAX}`)
  }
  const reader = new ByteReader(bytes)
  const tag = reader.u8()
  const sideBytesMax = tag === TAGS['nonce-reuse'] ? ENVELOPE_BYTES_MAX : CONSENSUS_MESSAGE_BYTES
  const first = reader.bytes(sideBytesMax)
  const second = reader.bytes(sideBytesMax)
  if (!reader.finished()) return refuse('malformed', 'evidence without its two statements')
  if (tag !== TAGS.amnesia && compareBytes(first, second) >= 0) {
    return refuse('not-canonical', 'evidence whose two statements are equal or out of order')
  }
  if (tag === TAGS['nonce-reuse']) return { kind: 'nonce-reuse', first, second }
  return decodeMessagePair(tag, first, second)
}

function decodeMessagePair(tag: number, a: Uint8Array, b: Uint8Array): Evidence | Rejection {
  const first = decodeConsensusMessage(a)
  if (isRejection(first)) return first
  const second = decodeConsensusMessage(b)
  if (isRejection(second)) return second
  if (tag === TAGS.equivocation) return { kind: 'equivocation', first, second }
  if (tag === TAGS.amnesia) return { kind: 'amnesia', commit: first, prepare: second }
  return refuse('malformed', `evidence of the unknown kind ${tag}`)
}

export function evidenceDigest(evidence: Evidence): Digest {
  return domainDigest('pedigree-evidence/1', encodeEvidence(evidence))
}
