import type { Libp2p } from '@libp2p/interface'
import type { Digest } from '../../protocol/digest.ts'
import { addBlob, type Blob } from './add-blob.ts'
import { addBlobs } from './add-blobs.ts'
import { addDirectory, type DirectoryEntry } from './add-directory.ts'
import { type ArtefactReader, createArtefactReader } from './artefact-reader.ts'
import { createBlockFetcher } from './block-fetcher.ts'
import { DurableBlockstore } from './durable-blockstore.ts'
import { startHelia } from './helia-host.ts'
import { Uploads } from './uploads.ts'

/**
 * The bytes of artefacts that members share. Everything in here is served to whoever is connected,
 * and only members of the chain can connect: what is not to leave the organisation is never put in.
 */
export interface ArtefactStore extends ArtefactReader {
  /** Durable when it resolves (add-blob.ts). */
  addBlob(content: AsyncIterable<Uint8Array>, expected?: Digest): Promise<Blob>
  /** Many blobs of one chunk at most: all durable when it resolves, or none is kept (add-blobs.ts). */
  addBlobs(contents: AsyncIterable<Uint8Array>): Promise<readonly Blob[]>
  /** The CID of a UnixFS directory over blobs that are here; durable when it resolves (add-directory.ts). */
  addDirectory(entries: readonly DirectoryEntry[], manifestCid: string): Promise<string>
  /** Leaves the host running: it belongs to whoever made it. */
  stop(): Promise<void>
}

export interface ArtefactStoreOptions {
  /** Folder of the blocks; made when missing. */
  readonly folder: string
  /** Started, and stopped after this store. */
  readonly host: Libp2p
  /** For tests: how long to wait for a block before asking again, in ms. */
  readonly idleMs?: number
}

export async function openArtefactStore(options: ArtefactStoreOptions): Promise<ArtefactStore> {
  const blocks = new DurableBlockstore(options.folder)
  await blocks.open()
  const uploads = await Uploads.open(blocks)
  const helia = await startHelia(options.host, blocks)
  const closing = new AbortController()
  const { idleMs } = options
  const fetcher = createBlockFetcher(helia.blockstore, { closing: closing.signal, idleMs })
  const reader = createArtefactReader(blocks, fetcher)
  return {
    ...reader,
    addBlob: (content, expected) => addBlob(uploads, content, expected),
    addBlobs: (contents) => addBlobs(uploads, contents),
    addDirectory: (entries, manifestCid) => addDirectory(uploads, entries, manifestCid),
    stop: async () => {
      closing.abort()
      await uploads.close()
      await helia.stop()
    },
  }
}
