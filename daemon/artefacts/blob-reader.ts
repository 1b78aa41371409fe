import { type CatOptions, type UnixFS, unixfs } from '@helia/unixfs'
import type { Helia } from 'helia'
import type { CID } from 'multiformats/cid'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { ArtefactError } from './artefact-error.ts'
import { type AttemptOptions, attempt } from './attempts.ts'
import { FETCHES_MAX, WINDOW_BLOCKS, WINDOW_BYTES } from './bitswap-options.ts'
import { parseCid } from './cids.ts'
import { createSlots, type Slots } from './slots.ts'

export interface ReadOptions {
  /** Bytes that the content has, as its certificate says: more are never fetched. */
  readonly bytes: number
  /** A file's name inside a directory. */
  readonly name?: string
  readonly signal?: AbortSignal
}

export interface BlobReader {
  /**
   * The bytes behind a CID. What is not here is fetched from connected members and kept. Memory is
   * bounded by a window, whatever the size.
   *
   * @throws ArtefactError artefact-unavailable, unknown-file, content-mismatch, disk-full, bad-cid
   */
  read(cid: string, options: ReadOptions): AsyncIterable<Uint8Array>
}

interface Source {
  readonly files: UnixFS
  readonly slots: Slots
  readonly idleMs: number | undefined
}

interface File {
  readonly cid: CID
  readonly what: string
  readonly signal: AbortSignal | undefined
  /** Blocks that may still be fetched: a hostile tree of blocks must not fill the disk. */
  readonly budget: { blocks: number }
}

/** @param idleMs of one attempt (attempts.ts); tests make it short */
export function createBlobReader(helia: Helia, idleMs?: number): BlobReader {
  const source = { files: unixfs(helia), slots: createSlots(FETCHES_MAX), idleMs }
  return { read: (cid, options) => readWindows(source, cid, options) }
}

async function* readWindows(source: Source, cid: string, options: ReadOptions) {
  const file = {
    cid: parseCid(cid),
    what: options.name === undefined ? cid : `${cid}/${options.name}`,
    signal: options.signal,
    budget: { blocks: blocksFor(options.bytes) },
  }
  const { cid: leaf, bytes } = await locate(source, file, options)
  for (let offset = 0; offset < bytes; offset += WINDOW_BYTES) {
    yield* await readWindow(source, { ...file, cid: leaf }, offset)
  }
}

/** Foreign importers cut smaller chunks than ours; directories add some nodes. */
function blocksFor(bytes: number): number {
  return 1_024 + 8 * Math.ceil(bytes / CHUNK_BYTES)
}

async function locate(source: Source, file: File, { name, bytes }: ReadOptions) {
  const stat = await withFile(source, file, (common) =>
    source.files.stat(file.cid, name === undefined ? common : { ...common, path: name }),
  )
  if (stat.type === 'directory') {
    throw new ArtefactError('unknown-file', `${file.what} is a directory, not a file`)
  }
  if (stat.size !== BigInt(bytes)) {
    const message = `${file.what} has ${stat.size} bytes, its certificate says ${bytes}`
    throw new ArtefactError('content-mismatch', message)
  }
  return { cid: stat.cid, bytes }
}

function readWindow(source: Source, file: File, offset: number): Promise<Uint8Array[]> {
  const window = { offset, length: WINDOW_BYTES, blockReadConcurrency: WINDOW_BLOCKS }
  return withFile(source, file, async (common) => {
    const parts: Uint8Array[] = []
    for await (const part of source.files.cat(file.cid, { ...common, ...window })) parts.push(part)
    return parts
  })
}

type CommonOptions = Required<Pick<CatOptions, 'signal' | 'onProgress'>>

/** Runs one question to the store in a slot, again and again while it makes progress. */
async function withFile<T>(source: Source, file: File, ask: (common: CommonOptions) => Promise<T>) {
  const release = await source.slots.take(file.signal)
  const options: AttemptOptions = { what: file.what, signal: file.signal, idleMs: source.idleMs }
  try {
    return await attempt((signal, progressed) => {
      const spent = new AbortController()
      const onProgress: CommonOptions['onProgress'] = ({ type }) => {
        if (type !== 'blocks:get:blockstore:put') return
        progressed()
        if (file.budget.blocks-- <= 0) spent.abort(overBudget(file))
      }
      return ask({ signal: AbortSignal.any([signal, spent.signal]), onProgress })
    }, options)
  } catch (cause) {
    throw file.budget.blocks < 0 ? overBudget(file) : translate(file, cause)
  } finally {
    release()
  }
}

function overBudget({ what }: File): ArtefactError {
  return new ArtefactError('content-mismatch', `${what} has more blocks than its size allows`)
}

const ABSENT_NAMES = new Set(['NotFoundError', 'DoesNotExistError', 'BadPathError', 'NoResolverError'])
const DAMAGED_NAMES = new Set(['NotUnixFSError', 'NotAFileError', 'OverReadError', 'UnderReadError'])

/** The libraries say what went wrong by the names of their errors only. */
function translate({ what, signal }: File, cause: unknown): unknown {
  if (signal?.aborted === true || cause instanceof ArtefactError) return cause
  const name = cause instanceof Error ? cause.name : ''
  if (ABSENT_NAMES.has(name)) {
    return new ArtefactError('unknown-file', `${what} does not exist`, { cause })
  }
  if (DAMAGED_NAMES.has(name)) {
    return new ArtefactError('content-mismatch', `${what} is not a well-formed UnixFS file`, { cause })
  }
  return new ArtefactError('storage-failed', `${what} cannot be read`, { cause })
}
