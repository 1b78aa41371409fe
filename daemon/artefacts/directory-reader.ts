import type { CID } from 'multiformats/cid'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { ArtefactError } from './artefact-error.ts'
import { FETCHES_MAX, GROUP_BLOCKS, WINDOW_BYTES } from './bitswap-options.ts'
import { readBlob } from './blob-reader.ts'
import { parseCid, RAW_CODEC } from './cids.ts'
import { type DirectoryListing, listDirectory } from './directory-listing.ts'
import { blocksOf, type Source } from './reachable-blocks.ts'

/** One file that is wanted, as the manifest has it. */
export interface FileAsked {
  readonly name: string
  readonly bytes: number
}

export interface FilesAsked {
  readonly files: readonly FileAsked[]
  readonly signal?: AbortSignal
}

interface Directory extends Source {
  readonly cid: string
  readonly listing: DirectoryListing
  readonly get: (cid: CID) => Promise<Uint8Array>
  readonly signal: AbortSignal | undefined
}

type Content = AsyncIterable<Uint8Array>

/** Small files that are asked for together, in bytes: what is read ahead fills one window. */
const GROUP_BYTES = WINDOW_BYTES / FETCHES_MAX
/** Nodes of a directory besides one for each file: folders, and shards that are almost empty. */
const NODES_MIN = 1_024

/**
 * The files of a directory, in the order asked for, each to be read to its end before the next. Small ones
 * are fetched ahead, many at a time; of a large one no more than a window is ever held.
 *
 * @throws ArtefactError as readBlob, with the name of the file
 */
export async function* readFiles(
  source: Source,
  cid: string,
  { files, signal }: FilesAsked,
): AsyncGenerator<Content> {
  const nodesMax = NODES_MIN + 2 * files.length
  const blocks = blocksOf(source, nodesMax + files.length, signal)
  const get = async (block: CID) => {
    for await (const bytes of blocks.get(block)) return bytes
    throw new ArtefactError('storage-failed', `block ${block} is empty`)
  }
  const listing = listDirectory(get, parseCid(cid), { nodesMax })
  const directory = { ...source, cid, listing, get, signal }
  const ahead: Promise<readonly Content[]>[] = []
  for (const group of groupsOf(files)) {
    const contents = openGroup(directory, group)
    // Whoever reads may be gone by the time it fails.
    contents.catch(() => undefined)
    ahead.push(contents)
    if (ahead.length === FETCHES_MAX) yield* (await ahead.shift()) ?? []
  }
  for (const contents of ahead) yield* await contents
}

function* groupsOf(files: readonly FileAsked[]): Generator<readonly FileAsked[]> {
  let group: FileAsked[] = []
  let bytes = 0
  for (const file of files) {
    const isFull = group.length === GROUP_BLOCKS || bytes + file.bytes > GROUP_BYTES
    if (isFull && group.length > 0) {
      yield group
      group = []
      bytes = 0
    }
    group.push(file)
    bytes += file.bytes
  }
  if (group.length > 0) yield group
}

async function openGroup(
  directory: Directory,
  group: readonly FileAsked[],
): Promise<readonly Content[]> {
  const release = await directory.slots.take(directory.signal)
  try {
    return await Promise.all(group.map((file) => openFile(directory, file)))
  } finally {
    release()
  }
}

/** One block is read now, anything longer when its turn comes. */
async function openFile(directory: Directory, file: FileAsked): Promise<Content> {
  const { name, bytes } = file
  const { listing, get, signal } = directory
  try {
    const cid = await listing.find(name)
    const options = { bytes, ...(signal === undefined ? {} : { signal }) }
    if (cid === undefined)
      return named(name, readBlob(directory, directory.cid, { ...options, name }))
    if (cid.code !== RAW_CODEC || bytes > CHUNK_BYTES) {
      return named(name, readBlob(directory, cid.toString(), options))
    }
    const block = await get(cid)
    if (block.length === bytes) return only(block)
  } catch (error) {
    throw withName(name, error)
  }
  throw new ArtefactError('content-mismatch', `${name} has not the ${bytes} bytes of its manifest`)
}

async function* only(block: Uint8Array): AsyncGenerator<Uint8Array> {
  if (block.length > 0) yield block
}

async function* named(name: string, content: Content): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } catch (error) {
    throw withName(name, error)
  }
}

function withName(name: string, cause: unknown): unknown {
  if (!(cause instanceof ArtefactError)) return cause
  return new ArtefactError(cause.code, `${name}: ${cause.message}`, { cause })
}
