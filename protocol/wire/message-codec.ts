import type { CommitProof } from '../chain/commit-proof.ts'
import { decodeCommitProof, encodeCommitProof } from '../chain/commit-proof.ts'
import {
  readConsensusMessage,
  readVotes,
  writeConsensusMessage,
  writeVotes,
} from '../consensus/message-codec.ts'
import { DIGEST_BYTES, digestBytes, toDigest } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import {
  BODY_BYTES_MAX,
  CATCH_UP_RANGE_BLOCKS_MAX,
  COMMIT_PROOF_BYTES_MAX,
  HEADER_BYTES_MAX,
} from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { readEnvelopes, writeEnvelopes } from './envelope-list.ts'
import { WIRE_BYTES_MAX, WIRE_TAGS, wireKindOf } from './frame-limits.ts'
import type { WireMessage } from './message.ts'

/** One frame: u8 tag, then the fields of its kind in the order of WireMessage. */
export function encodeWireMessage(message: WireMessage): Uint8Array {
  const writer = new ByteWriter().u8(WIRE_TAGS[message.kind])
  switch (message.kind) {
    case 'vote':
      writeConsensusMessage(writer, message.vote)
      break
    case 'proposal':
      writeConsensusMessage(writer, message.prePrepare)
      writer.bytes(message.header).bytes(message.body)
      writeVotes(writer, message.justification)
      break
    case 'bundle':
      writeVotes(writer, message.votes)
      break
    case 'records':
      writeEnvelopes(writer, message.envelopes)
      break
    case 'tip':
      writer.bytes(message.header).bytes(encodeCommitProof(message.proof))
      break
    case 'get-blocks':
      writer.u64(message.from).u64(message.to)
      break
    case 'block':
      writer.bytes(message.header).bytes(message.body).bytes(encodeCommitProof(message.proof))
      break
    case 'no-block':
      writer.u64(message.height)
      break
    case 'get-proposal':
      writer.u64(message.height).raw(digestBytes(message.block))
      break
    case 'proposed-block':
      writer.bytes(message.header).bytes(message.body)
      break
  }
  return writer.finish()
}

/** Size first: the tag names the limit that the whole frame keeps before any field is read. */
export function decodeWireMessage(bytes: Uint8Array): WireMessage | Rejection {
  const kind = wireKindOf(bytes[0] ?? 0)
  if (kind === undefined) {
    return refuse('malformed', `a frame starts with the unknown tag ${bytes[0] ?? 'nothing'}`)
  }
  if (bytes.length > WIRE_BYTES_MAX[kind]) {
    return refuse('too-large', `${bytes.length} bytes of ${kind}, at most ${WIRE_BYTES_MAX[kind]}`)
  }
  const reader = new ByteReader(bytes.subarray(1))
  const message = DECODERS[kind](reader)
  if (message === undefined || !reader.finished()) {
    return refuse('malformed', `a frame of kind ${kind} does not have its fields`)
  }
  return message
}

type Decoder = (reader: ByteReader) => WireMessage | undefined

const DECODERS: Readonly<Record<WireMessage['kind'], Decoder>> = {
  vote: readVote,
  proposal: readProposal,
  bundle: (reader) => ({ kind: 'bundle', votes: readVotes(reader) }),
  records: (reader) => ({ kind: 'records', envelopes: readEnvelopes(reader) }),
  tip: readTip,
  'get-blocks': readGetBlocks,
  block: readBlock,
  'no-block': (reader) => ({ kind: 'no-block', height: reader.u64() }),
  'get-proposal': (reader) => ({
    kind: 'get-proposal',
    height: reader.u64(),
    block: toDigest(reader.raw(DIGEST_BYTES)),
  }),
  'proposed-block': (reader) => ({ kind: 'proposed-block', ...readHeaderAndBody(reader) }),
}

function readVote(reader: ByteReader): WireMessage | undefined {
  const vote = readConsensusMessage(reader)
  return vote === undefined || vote.kind === 'pre-prepare' ? undefined : { kind: 'vote', vote }
}

function readProposal(reader: ByteReader): WireMessage | undefined {
  const prePrepare = readConsensusMessage(reader)
  if (prePrepare?.kind !== 'pre-prepare') return undefined
  const block = readHeaderAndBody(reader)
  return { kind: 'proposal', prePrepare, ...block, justification: readVotes(reader) }
}

function readHeaderAndBody(reader: ByteReader): { header: Uint8Array; body: Uint8Array } {
  return { header: reader.bytes(HEADER_BYTES_MAX), body: reader.bytes(BODY_BYTES_MAX) }
}

function readTip(reader: ByteReader): WireMessage | undefined {
  const header = reader.bytes(HEADER_BYTES_MAX)
  const proof = readCommitProof(reader)
  return proof === undefined ? undefined : { kind: 'tip', header, proof }
}

function readBlock(reader: ByteReader): WireMessage | undefined {
  const block = readHeaderAndBody(reader)
  const proof = readCommitProof(reader)
  return proof === undefined ? undefined : { kind: 'block', ...block, proof }
}

function readCommitProof(reader: ByteReader): CommitProof | undefined {
  const proof = decodeCommitProof(reader.bytes(COMMIT_PROOF_BYTES_MAX))
  return isRejection(proof) ? undefined : proof
}

/** The range is inclusive at both ends, and no longer than one answer may be. */
function readGetBlocks(reader: ByteReader): WireMessage | undefined {
  const from = reader.u64()
  const to = reader.u64()
  if (from === 0 || to < from || to - from >= CATCH_UP_RANGE_BLOCKS_MAX) return undefined
  return { kind: 'get-blocks', from, to }
}
