import { DIGEST_BYTES, type Digest, digestBytes, domainDigest, toDigest } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { HEADER_BYTES_MAX } from '../limits.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { readMagic } from './magic.ts'

/**
 * What one block commits to. It names no view: a block that is proposed again keeps its id.
 * Byte layout: SPEC.md, "Header".
 */
export interface Header {
  readonly version: number
  readonly chain: Digest
  /** 1 for the first block; genesis counts as height 0 and has no header. */
  readonly height: number
  /** Ledger time, ms since the Unix epoch, strictly rising. */
  readonly timeMs: number
  /** Id of the block before; of block 1: the chain id. */
  readonly parent: Digest
  readonly bodyHash: Digest
  /** Records in the log after this block. */
  readonly logSize: number
  readonly logRoot: Digest
  readonly stateRoot: Digest
  /** Committee of this height and of the next. */
  readonly committeeHash: Digest
  readonly nextCommitteeHash: Digest
  readonly parametersHash: Digest
  /** Index of the proposer in the committee. */
  readonly proposer: number
}

/** Selects the rule book too: a node that lacks it halts before the height that needs it. */
export const HEADER_VERSION = 1
const MAGIC = utf8Encode('pedigree-header\0')

export function encodeHeader(header: Header): Uint8Array {
  return new ByteWriter()
    .raw(MAGIC)
    .u8(header.version)
    .raw(digestBytes(header.chain))
    .u64(header.height)
    .u64(header.timeMs)
    .raw(digestBytes(header.parent))
    .raw(digestBytes(header.bodyHash))
    .u64(header.logSize)
    .raw(digestBytes(header.logRoot))
    .raw(digestBytes(header.stateRoot))
    .raw(digestBytes(header.committeeHash))
    .raw(digestBytes(header.nextCommitteeHash))
    .raw(digestBytes(header.parametersHash))
    .u8(header.proposer)
    .finish()
}

/**
 * Form only: whether the header follows its parent is a question to verify-block.ts.
 * Refuses with too-large, malformed or unknown-version.
 */
export function decodeHeader(bytes: Uint8Array): Header | Rejection {
  if (bytes.length > HEADER_BYTES_MAX) return refuse('too-large', `header of ${bytes.length} bytes`)
  const reader = new ByteReader(bytes)
  const refused = readMagic(reader, { magic: MAGIC, version: HEADER_VERSION, what: 'header' })
  if (refused !== undefined) return refused
  const header = readFields(reader)
  if (!reader.finished()) return refuse('malformed', `header of ${bytes.length} bytes`)
  return header
}

/** In the order of the bytes: an object literal is evaluated from top to bottom. */
function readFields(reader: ByteReader): Header {
  const digest = () => toDigest(reader.raw(DIGEST_BYTES))
  return {
    version: HEADER_VERSION,
    chain: digest(),
    height: reader.u64(),
    timeMs: reader.u64(),
    parent: digest(),
    bodyHash: digest(),
    logSize: reader.u64(),
    logRoot: digest(),
    stateRoot: digest(),
    committeeHash: digest(),
    nextCommitteeHash: digest(),
    parametersHash: digest(),
    proposer: reader.u8(),
  }
}

/** What votes, proofs and the next header name a block by. */
export function blockIdOf(headerBytes: Uint8Array): Digest {
  return domainDigest('pedigree-block/1', headerBytes)
}
