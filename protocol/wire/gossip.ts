import { type CommitProof, decodeCommitProof, encodeCommitProof } from '../chain/commit-proof.ts'
import { type Digest, hashBytes } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { COMMIT_PROOF_BYTES_MAX, GOSSIP_BATCH_BYTES_MAX, HEADER_BYTES_MAX } from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { GossipTopic } from '../replica/input.ts'
import { readEnvelopes, writeEnvelopes } from './envelope-list.ts'

const CHAIN_HEX_DIGITS = 16

/** Name and version of the direct streams of one chain. */
export function protocolId(chain: Digest): string {
  return `/pedigree/${chain.slice(0, CHAIN_HEX_DIGITS)}/1`
}

export function gossipTopic(chain: Digest, topic: GossipTopic): string {
  return `${protocolId(chain)}/${topic}`
}

/** Same content, same id, whoever published it: a batch is carried once. */
export function messageId(bytes: Uint8Array): Uint8Array {
  return hashBytes(bytes)
}

/** Payload of topic `records`: envelopes that the publisher admitted, never batched anew on the way. */
export function encodeRecordBatch(envelopes: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter()
  writeEnvelopes(writer, envelopes)
  return writer.finish()
}

export function decodeRecordBatch(bytes: Uint8Array): readonly Uint8Array[] | Rejection {
  if (bytes.length > GOSSIP_BATCH_BYTES_MAX) {
    return refuse(
      'too-large',
      `a batch of ${bytes.length} bytes, at most ${GOSSIP_BATCH_BYTES_MAX}`,
    )
  }
  const reader = new ByteReader(bytes)
  const envelopes = readEnvelopes(reader)
  return reader.finished() ? envelopes : refuse('malformed', 'not a batch of envelopes')
}

/** Payload of topic `blocks`: a decided header with the proof that it was. The body is asked for. */
export interface Tip {
  readonly header: Uint8Array
  readonly proof: CommitProof
}

export function encodeTip(tip: Tip): Uint8Array {
  return new ByteWriter().bytes(tip.header).bytes(encodeCommitProof(tip.proof)).finish()
}

export function decodeTip(bytes: Uint8Array): Tip | Rejection {
  const bytesMax = 8 + HEADER_BYTES_MAX + COMMIT_PROOF_BYTES_MAX
  if (bytes.length > bytesMax) {
    return refuse('too-large', `an announcement of ${bytes.length} bytes, at most ${bytesMax}`)
  }
  const reader = new ByteReader(bytes)
  const header = reader.bytes(HEADER_BYTES_MAX)
  const proofBytes = reader.bytes(COMMIT_PROOF_BYTES_MAX)
  if (!reader.finished()) return refuse('malformed', 'not an announcement of a block')
  const proof = decodeCommitProof(proofBytes)
  return isRejection(proof) ? proof : { header, proof }
}
