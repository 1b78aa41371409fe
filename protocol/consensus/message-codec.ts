import { DIGEST_BYTES, type Digest, digestBytes, toDigest, ZERO_DIGEST } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { BUNDLE_VOTES_MAX, COMMITTEE_MEMBERS_MAX, VOTE_BYTES_MAX } from '../limits.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { NO_VIEW, SIGN_TYPES } from '../signables.ts'
import type { ConsensusMessage, Vote } from './message.ts'

/**
 * The bytes of a signed consensus message:
 *
 *   u8 type (the sign type) | u64 height | u32 view | u8 tag (0 nil, 1 block) | 32 B block or zeros
 *   | i32 valid view (-1 in a COMMIT) | u8 member | 64 B signature
 *
 * One message has one form: nil carries zeros and no valid view, a valid view lies before its view.
 */
export const CONSENSUS_MESSAGE_BYTES = 115
export const SIGNATURE_BYTES = 64

const TAG_NIL = 0
const TAG_BLOCK = 1

export function encodeConsensusMessage(message: ConsensusMessage): Uint8Array {
  const writer = new ByteWriter()
  writeConsensusMessage(writer, message)
  return writer.finish()
}

export function decodeConsensusMessage(bytes: Uint8Array): ConsensusMessage | Rejection {
  if (bytes.length > VOTE_BYTES_MAX) {
    return refuse(
      'too-large',
      `a consensus message of ${bytes.length} bytes, at most ${VOTE_BYTES_MAX}`,
    )
  }
  const reader = new ByteReader(bytes)
  const message = readConsensusMessage(reader)
  if (message === undefined || !reader.finished()) {
    return refuse('malformed', 'not a PRE-PREPARE, PREPARE or COMMIT in its fixed layout')
  }
  return message
}

/** u8 count, then so many votes. */
export function encodeVotes(votes: readonly Vote[]): Uint8Array {
  const writer = new ByteWriter()
  writeVotes(writer, votes)
  return writer.finish()
}

export function decodeVotes(bytes: Uint8Array): readonly Vote[] | Rejection {
  const bytesMax = 1 + BUNDLE_VOTES_MAX * CONSENSUS_MESSAGE_BYTES
  if (bytes.length > bytesMax) {
    return refuse('too-large', `a bundle of ${bytes.length} bytes, at most ${bytesMax}`)
  }
  const reader = new ByteReader(bytes)
  const votes = readVotes(reader)
  return reader.finished() ? votes : refuse('malformed', 'not a bundle of votes')
}

export function writeConsensusMessage(writer: ByteWriter, message: ConsensusMessage): void {
  writer
    .u8(SIGN_TYPE_OF[message.kind])
    .u64(message.height)
    .u32(message.view)
    .u8(message.block === null ? TAG_NIL : TAG_BLOCK)
    .raw(digestBytes(message.block ?? ZERO_DIGEST))
    .i32(message.kind === 'commit' ? NO_VIEW : message.validView)
    .u8(message.member)
    .raw(message.signature)
}

const SIGN_TYPE_OF = {
  'pre-prepare': SIGN_TYPES.prePrepare,
  prepare: SIGN_TYPES.prepare,
  commit: SIGN_TYPES.commit,
} as const

/** Undefined, with the reader failed, for anything that writeConsensusMessage does not write. */
export function readConsensusMessage(reader: ByteReader): ConsensusMessage | undefined {
  const type = reader.u8()
  const height = reader.u64()
  const view = reader.u32()
  const block = readBlock(reader)
  const validView = reader.i32()
  const member = reader.u8()
  // A copy: votes are kept, and a view would keep a whole proposal in memory with each.
  const signature = reader.raw(SIGNATURE_BYTES).slice()
  if (height === 0 || member >= COMMITTEE_MEMBERS_MAX) reader.fail()
  if (validView < NO_VIEW || validView >= view) reader.fail()
  if (block === null && validView !== NO_VIEW) reader.fail()
  if (reader.failed) return undefined
  const at = { height, view, member, signature }
  if (type === SIGN_TYPES.prePrepare && block !== null) {
    return { kind: 'pre-prepare', ...at, block, validView }
  }
  if (type === SIGN_TYPES.prepare) return { kind: 'prepare', ...at, block, validView }
  if (type === SIGN_TYPES.commit && validView === NO_VIEW) return { kind: 'commit', ...at, block }
  reader.fail()
  return undefined
}

function readBlock(reader: ByteReader): Digest | null {
  const tag = reader.u8()
  const bytes = reader.raw(DIGEST_BYTES)
  if (reader.failed) return null
  const block = toDigest(bytes)
  if (tag === TAG_BLOCK) return block
  if (tag !== TAG_NIL || block !== ZERO_DIGEST) reader.fail()
  return null
}

export function writeVotes(writer: ByteWriter, votes: readonly Vote[]): void {
  writer.u8(votes.length)
  for (const vote of votes) writeConsensusMessage(writer, vote)
}

export function readVotes(reader: ByteReader): readonly Vote[] {
  const count = reader.u8()
  if (count > BUNDLE_VOTES_MAX) reader.fail()
  const votes: Vote[] = []
  for (let i = 0; i < count && !reader.failed; i++) {
    const message = readConsensusMessage(reader)
    if (message === undefined || message.kind === 'pre-prepare') reader.fail()
    else votes.push(message)
  }
  return votes
}
