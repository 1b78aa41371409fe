import { createHash, type Hash } from 'node:crypto'
import { unixfs } from '@helia/unixfs'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import type { CID } from 'multiformats/cid'
import type { Digest } from '../../protocol/digest.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { DurableBlockstore } from './durable-blockstore.ts'

export interface Blob {
  /** Of the whole content: what a certificate names. */
  readonly sha256: Digest
  /** What the content is fetched by. */
  readonly cid: string
  readonly bytes: number
}

/** Links of one inner node where Kubo is told nothing else. */
const LINKS_MAX = 174

/**
 * The form of `ipfs add --cid-version=1 --raw-leaves --chunker=size-1048576`: the same bytes have the
 * same CID there and here.
 */
const KUBO_FORM = {
  cidVersion: 1,
  rawLeaves: true,
  reduceSingleLeafToSelf: true,
  chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
  layout: balanced({ maxChildrenPerNode: LINKS_MAX }),
} as const

/**
 * Takes a stream apart into blocks. All of it is on disk, names included, when this returns; a stream
 * that breaks off leaves blocks behind that nothing names.
 *
 * @throws ArtefactError disk-full, storage-failed; whatever the stream throws
 */
export async function addBlob(
  blocks: DurableBlockstore,
  content: AsyncIterable<Uint8Array>,
): Promise<Blob> {
  const { blockstore, folders } = recordingFolders(blocks)
  const measure = { hash: createHash('sha256'), bytes: 0 }
  const cid = await unixfs({ blockstore }).addByteStream(measured(content, measure), KUBO_FORM)
  await blocks.syncFolders(folders)
  const sha256 = measure.hash.digest('hex') as Digest
  return { sha256, cid: cid.toString(), bytes: measure.bytes }
}

/** The same store, which also remembers whose folders must be synced. At most 1,024 of them exist. */
export function recordingFolders(blocks: DurableBlockstore) {
  const folders = new Set<string>()
  const put = (cid: CID, block: Parameters<DurableBlockstore['put']>[1]) => {
    folders.add(blocks.folderOf(cid))
    return blocks.put(cid, block)
  }
  const blockstore = { put, get: blocks.get.bind(blocks), has: blocks.has.bind(blocks) }
  return { blockstore, folders }
}

interface Measure {
  readonly hash: Hash
  bytes: number
}

async function* measured(content: AsyncIterable<Uint8Array>, measure: Measure) {
  for await (const part of content) {
    measure.hash.update(part)
    measure.bytes += part.length
    yield part
  }
}
