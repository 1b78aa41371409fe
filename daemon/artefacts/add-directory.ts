import { unixfs } from '@helia/unixfs'
import { decode } from '@ipld/dag-pb'
import type { InProgressImportResult } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import { checkFileName } from '../../protocol/artefacts/file-name.ts'
import { checkCollisions } from '../../protocol/artefacts/name-collisions.ts'
import { assert } from '../../protocol/assert.ts'
import { ArtefactError } from './artefact-error.ts'
import { parseCid, RAW_CODEC } from './cids.ts'
import type { UploadBlocks, Uploads } from './uploads.ts'

/** A blob under a name. */
export interface DirectoryEntry {
  /** Relative POSIX path (protocol/artefacts/file-name.ts). */
  readonly name: string
  readonly cid: string
}

/**
 * Makes the UnixFS directory over blobs that are here, as `ipfs add -r` would; large ones become
 * HAMTs. Names never touch the file system.
 *
 * @param manifestCid CID of the manifest's blob, which must be here as well
 * @returns CID of the directory, once it is on disk
 * @throws ArtefactError bad-name, bad-cid, unknown-blob, disk-full, storage-failed
 */
export async function addDirectory(
  uploads: Uploads,
  entries: readonly DirectoryEntry[],
  manifestCid: string,
): Promise<string> {
  checkNames(entries)
  return uploads.run(async (blockstore) => {
    await cumulativeSize(blockstore, parseCid(manifestCid))
    const dagBuilder = () => existingFiles(blockstore, entries)
    let root: CID | undefined
    const options = { cidVersion: 1, wrapWithDirectory: true, dagBuilder } as const
    for await (const { path, cid } of unixfs({ blockstore }).addAll([], options)) {
      if (path === '') root = cid
    }
    assert(root !== undefined, 'a directory that was built has a root')
    return root.toString()
  })
}

function checkNames(entries: readonly DirectoryEntry[]): void {
  const names = entries.map((entry) => entry.name)
  for (const name of names) {
    const fault = checkFileName(name)
    if (fault !== undefined) throw new ArtefactError('bad-name', fault.detail)
  }
  const collision = checkCollisions(names)
  if (collision !== undefined) throw new ArtefactError('bad-name', collision.detail)
}

/** What the importer would have made of the files, had it imported them. */
async function* existingFiles(
  blocks: UploadBlocks,
  entries: readonly DirectoryEntry[],
): AsyncGenerator<() => Promise<InProgressImportResult>> {
  for (const { name, cid: text } of entries) {
    const cid = parseCid(text)
    yield async () => ({ cid, path: name, size: await cumulativeSize(blocks, cid) })
  }
}

/** Bytes of a node and of all below it, as a link to it says (Tsize). */
async function cumulativeSize(blocks: UploadBlocks, cid: CID): Promise<bigint> {
  for await (const block of blocks.get(cid)) {
    if (cid.code === RAW_CODEC) return BigInt(block.length)
    return BigInt(block.length + sizeBelow(cid, block))
  }
  throw new ArtefactError('unknown-blob', `block ${cid} is not here`)
}

function sizeBelow(cid: CID, block: Uint8Array): number {
  try {
    return decode(block).Links.reduce((sum, link) => sum + (link.Tsize ?? 0), 0)
  } catch (cause) {
    throw new ArtefactError('unknown-blob', `block ${cid} is no node of UnixFS`, { cause })
  }
}
