import { Readable } from 'node:stream'
import { BLOB_HEADER_BYTES } from '../../protocol/api/blobs.ts'
import type { ManifestFile } from '../../protocol/artefacts/manifest.ts'
import { digestOf } from '../../protocol/digest.ts'
import { BLOB_BATCH_BLOBS_MAX, BLOB_BATCH_BYTES_MAX, CHUNK_BYTES } from '../../protocol/limits.ts'
import { cliError } from '../cli-error.ts'
import { changed, openRegularFile, readError } from '../hashing/hash-file.ts'
import type { Progress } from '../output/progress.ts'
import type { Session } from '../session.ts'
import { inOrder } from './in-order.ts'

/** Files that are read at a time. */
const READS_MAX = 16

export interface FileToStore extends ManifestFile {
  readonly path: string
}

/** Those that go together: one large file alone, or as many small ones as a request may have. */
export function* batchesOf(
  files: readonly FileToStore[],
): Generator<readonly [FileToStore, ...FileToStore[]]> {
  let batch: [FileToStore, ...FileToStore[]] | undefined
  let bytes = 0
  for (const file of files) {
    const size = BLOB_HEADER_BYTES + file.bytes
    const joins =
      Math.max(file.bytes, batch?.[0].bytes ?? 0) <= CHUNK_BYTES &&
      batch !== undefined &&
      batch.length < BLOB_BATCH_BLOBS_MAX &&
      bytes + size <= BLOB_BATCH_BYTES_MAX
    if (batch !== undefined && joins) batch.push(file)
    else {
      if (batch !== undefined) yield batch
      batch = [file]
      bytes = 0
    }
    bytes += size
  }
  if (batch !== undefined) yield batch
}

/**
 * Hands small files to the node in one request. It has all of them on disk when it answers, or none.
 *
 * @returns their CIDs, in the same order
 * @throws CliError `changed-while-hashing` when a file is not the one that was hashed
 */
export async function uploadBatch(
  { rpc }: Pick<Session, 'rpc'>,
  files: readonly FileToStore[],
  progress: Progress,
): Promise<readonly string[]> {
  const reading: Reading = {}
  const body = Readable.from(framed(files, progress, reading))
  const { blobs } = await rpc.addBlobs(body).catch((error: unknown) => {
    // A request whose body fails only says that it broke off.
    throw reading.fault ?? error
  })
  const isWhole =
    blobs.length === files.length && files.every(({ sha256 }, i) => blobs[i]?.sha256 === sha256)
  if (!isWhole) throw cliError('bad-answer', 'the node stored other files than it was sent')
  return blobs.map(({ cid }) => cid)
}

interface Reading {
  /** Why a file could not be read. */
  fault?: unknown
}

/** The form that protocol/api/blobs.ts describes. */
async function* framed(
  files: readonly FileToStore[],
  progress: Progress,
  reading: Reading,
): AsyncGenerator<Buffer> {
  const read = (file: FileToStore) =>
    readHashed(file).catch((error: unknown) => {
      reading.fault ??= error
      throw error
    })
  for await (const content of inOrder(files, READS_MAX, read)) {
    const header = Buffer.alloc(BLOB_HEADER_BYTES)
    header.writeUInt32BE(content.length)
    yield header
    yield content
    progress.advance(content.length)
  }
}

/** The bytes that were hashed, and no others. */
async function readHashed({ path, bytes, sha256 }: FileToStore): Promise<Buffer> {
  const file = await openRegularFile(path)
  try {
    // One byte more than it had: a file that grew is found out, however long it is now.
    const buffer = Buffer.alloc(bytes + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      read = bytesRead
    }
    const content = buffer.subarray(0, length)
    if (length !== bytes || digestOf(content) !== sha256) throw changed(path)
    return content
  } catch (error) {
    throw readError(path, error)
  } finally {
    await file.close()
  }
}
