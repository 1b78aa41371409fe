import { type UnixFS, unixfs } from '@helia/unixfs'
import type { CID } from 'multiformats/cid'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { ArtefactError } from './artefact-error.ts'
import { WINDOW_BLOCKS, WINDOW_BYTES } from './bitswap-options.ts'
import { parseCid } from './cids.ts'
import { blocksOf, type Source } from './reachable-blocks.ts'
import type { Slots } from './slots.ts'

export interface ReadOptions {
  /** Bytes that the content has, as its certificate says: no other content is read. */
  readonly bytes: number | { readonly max: number }
  /** A file's name inside a directory. */
  readonly name?: string
  readonly signal?: AbortSignal
}

/** One reading of one file. */
interface Reading {
  readonly files: UnixFS
  readonly slots: Slots
  /** What is read, for a person. */
  readonly what: string
  readonly signal: AbortSignal | undefined
}

/**
 * The bytes behind a CID. What is not here is fetched from connected members and kept. Memory is
 * bounded by a window, whatever the size.
 *
 * @throws ArtefactError artefact-unavailable, unknown-file, content-mismatch, disk-full, bad-cid
 */
export async function* readBlob(
  source: Source,
  text: string,
  options: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const cid = parseCid(text)
  const { slots } = source
  const { signal } = options
  const what = options.name === undefined ? text : `${text}/${options.name}`
  const blockstore = blocksOf(source, blocksFor(maxOf(options.bytes)), signal)
  const reading = { files: unixfs({ blockstore }), slots, what, signal }
  const file = await locate(reading, cid, options)
  for (let offset = 0; offset < file.bytes; offset += WINDOW_BYTES) {
    yield* await readWindow(reading, file.cid, offset)
  }
}

/** Foreign importers cut smaller chunks than ours; directories add some nodes. */
function blocksFor(bytes: number): number {
  return 1_024 + 8 * Math.ceil(bytes / CHUNK_BYTES)
}

function maxOf(bytes: ReadOptions['bytes']): number {
  return typeof bytes === 'number' ? bytes : bytes.max
}

async function locate(reading: Reading, cid: CID, { name, bytes }: ReadOptions) {
  const { files, what } = reading
  const stat = await inSlot(reading, () =>
    files.stat(cid, name === undefined ? {} : { path: name }),
  )
  if (stat.type === 'directory') {
    throw new ArtefactError('unknown-file', `${what} is a directory, not a file`)
  }
  const isExpected =
    typeof bytes === 'number' ? stat.size === BigInt(bytes) : stat.size <= bytes.max
  if (!isExpected) {
    const limit = typeof bytes === 'number' ? 'its certificate says' : 'it may have'
    throw new ArtefactError(
      'content-mismatch',
      `${what} has ${stat.size} bytes, ${limit} ${maxOf(bytes)}`,
    )
  }
  return { cid: stat.cid, bytes: Number(stat.size) }
}

/** Whole, because the library pushes without asking whether anyone reads. */
function readWindow(reading: Reading, file: CID, offset: number): Promise<Uint8Array[]> {
  const window = { offset, length: WINDOW_BYTES, blockReadConcurrency: WINDOW_BLOCKS }
  return inSlot(reading, async () => {
    const parts: Uint8Array[] = []
    for await (const part of reading.files.cat(file, window)) parts.push(part)
    return parts
  })
}

async function inSlot<T>(reading: Reading, ask: () => Promise<T>): Promise<T> {
  const release = await reading.slots.take(reading.signal)
  try {
    return await ask()
  } catch (cause) {
    throw translate(reading, cause)
  } finally {
    release()
  }
}

const ABSENT_NAMES = new Set([
  'NotFoundError',
  'DoesNotExistError',
  'BadPathError',
  'NoResolverError',
])
const DAMAGED_NAMES = new Set([
  'NotUnixFSError',
  'NotAFileError',
  'OverReadError',
  'UnderReadError',
])

/** The libraries say what went wrong by the names of their errors only. */
function translate({ what, signal }: Reading, cause: unknown): unknown {
  if (signal?.aborted === true || cause instanceof ArtefactError) return cause
  const name = cause instanceof Error ? cause.name : ''
  if (ABSENT_NAMES.has(name)) {
    return new ArtefactError('unknown-file', `${what} does not exist`, { cause })
  }
  if (DAMAGED_NAMES.has(name)) {
    return new ArtefactError('content-mismatch', `${what} is not a well-formed UnixFS file`, {
      cause,
    })
  }
  return new ArtefactError('storage-failed', `${what} cannot be read`, { cause })
}
