import { BLOB_HEADER_BYTES } from '../../protocol/api/blobs.ts'
import { BLOB_BATCH_BLOBS_MAX, BLOB_BATCH_BYTES_MAX, CHUNK_BYTES } from '../../protocol/limits.ts'
import { fail } from './problem-error.ts'

/**
 * The blobs of a batch, as they arrive (protocol/api/blobs.ts has the form). No more than one blob and
 * one part of the body is held at a time.
 *
 * @throws ProblemError body-too-large, bad-request when it ends within a blob
 */
export async function* blobsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let blobs = 0
  let bytes = 0
  let held = Buffer.alloc(0)
  for await (const part of body) {
    bytes += part.length
    if (bytes > BLOB_BATCH_BYTES_MAX) {
      throw fail('body-too-large', `a batch of blobs has at most ${BLOB_BATCH_BYTES_MAX} bytes`)
    }
    held = held.length === 0 ? Buffer.from(part) : Buffer.concat([held, part])
    let at = 0
    for (let end = endOf(held, at); end !== undefined; end = endOf(held, at)) {
      if (++blobs > BLOB_BATCH_BLOBS_MAX) {
        throw fail('body-too-large', `a batch has at most ${BLOB_BATCH_BLOBS_MAX} blobs`)
      }
      yield held.subarray(at + BLOB_HEADER_BYTES, end)
      at = end
    }
    held = held.subarray(at)
  }
  if (held.length > 0) throw fail('bad-request', 'the batch ends in the middle of a blob')
}

/** Where the blob that begins at `at` ends; undefined when not all of it is here. */
function endOf(held: Buffer, at: number): number | undefined {
  if (held.length - at < BLOB_HEADER_BYTES) return undefined
  const length = held.readUInt32BE(at)
  if (length > CHUNK_BYTES) {
    throw fail('body-too-large', `a blob of a batch has at most ${CHUNK_BYTES} bytes`)
  }
  const end = at + BLOB_HEADER_BYTES + length
  return end <= held.length ? end : undefined
}
