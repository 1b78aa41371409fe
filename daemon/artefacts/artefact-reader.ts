import { FETCHES_MAX } from './bitswap-options.ts'
import { type ReadOptions, readBlob } from './blob-reader.ts'
import type { BlockFetcher } from './block-fetcher.ts'
import { type FilesAsked, readFiles } from './directory-reader.ts'
import type { DurableBlockstore } from './durable-blockstore.ts'
import { createSlots } from './slots.ts'

export interface ArtefactReader {
  /** One file (blob-reader.ts). */
  read(cid: string, options: ReadOptions): AsyncIterable<Uint8Array>
  /** Many files of one directory, in the order asked for (directory-reader.ts). */
  readFiles(cid: string, asked: FilesAsked): AsyncIterable<AsyncIterable<Uint8Array>>
}

export function createArtefactReader(
  blocks: DurableBlockstore,
  fetcher: BlockFetcher,
): ArtefactReader {
  const source = { blocks, fetcher, slots: createSlots(FETCHES_MAX) }
  return {
    read: (cid, options) => readBlob(source, cid, options),
    readFiles: (cid, asked) => readFiles(source, cid, asked),
  }
}
