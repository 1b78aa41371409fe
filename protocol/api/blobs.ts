import { type Static, Type } from 'typebox'
import { BLOB_BATCH_BLOBS_MAX, MANIFEST_FILES_MAX } from '../limits.ts'
import { Cid, DigestText } from './common.ts'

/** POST /v1/blobs: what the octets should be; others are not kept, and answered with digest-differs. */
export const BlobQuery = Type.Object(
  { sha256: Type.Optional(DigestText) },
  { additionalProperties: false },
)
export type BlobQuery = Static<typeof BlobQuery>

/** POST /v1/blobs (any octets, streamed): on disk, synced, when answered. */
export const BlobAnswer = Type.Object({
  sha256: DigestText,
  cid: Cid,
  bytes: Type.Integer({ minimum: 0 }),
})
export type BlobAnswer = Static<typeof BlobAnswer>

/** Bytes before each blob of a batch: its length, big-endian. */
export const BLOB_HEADER_BYTES = 4

/**
 * POST /v1/blobs/batch (octets: for each blob its header, then its bytes; at most CHUNK_BYTES each): all
 * of them, in the order they came, on disk when answered. Of a batch that fails nothing stays.
 */
export const BlobBatchAnswer = Type.Object({
  blobs: Type.Array(BlobAnswer, { maxItems: BLOB_BATCH_BLOBS_MAX }),
})
export type BlobBatchAnswer = Static<typeof BlobBatchAnswer>

export const DirectoryFile = Type.Object(
  {
    /** Relative, with forward slashes. */
    name: Type.String({ minLength: 1, maxLength: 4_096 }),
    cid: Cid,
  },
  { additionalProperties: false },
)
export type DirectoryFile = Static<typeof DirectoryFile>

/** POST /v1/directories: a UnixFS directory over blobs that were added before. */
export const DirectoryRequest = Type.Object(
  {
    files: Type.Array(DirectoryFile, { minItems: 1, maxItems: MANIFEST_FILES_MAX }),
    manifestCid: Cid,
  },
  { additionalProperties: false },
)
export type DirectoryRequest = Static<typeof DirectoryRequest>

export const DirectoryAnswer = Type.Object({ cid: Cid })
export type DirectoryAnswer = Static<typeof DirectoryAnswer>
