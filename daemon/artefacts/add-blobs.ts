import { createHash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import { create as createMultihash } from 'multiformats/hashes/digest'
import { assert } from '../../protocol/assert.ts'
import type { Digest } from '../../protocol/digest.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { Blob } from './add-blob.ts'
import { RAW_CODEC, SHA2_256 } from './cids.ts'
import { createSlots } from './slots.ts'
import type { Uploads } from './uploads.ts'

/** Enough that the disk always has several to sync, which costs it little more than one. */
const WRITES_MAX = 16

/**
 * Adds many blobs of one chunk at most as one upload: all of them are on disk, names included, when this
 * returns, or none stays. Each has the CID that addBlob would give it.
 *
 * @param contents each at most CHUNK_BYTES
 * @throws ArtefactError disk-full, storage-failed; whatever the contents throw
 */
export function addBlobs(
  uploads: Uploads,
  contents: AsyncIterable<Uint8Array>,
): Promise<readonly Blob[]> {
  return uploads.run(async (blockstore) => {
    const slots = createSlots(WRITES_MAX)
    const blobs: Blob[] = []
    const writes: Promise<unknown>[] = []
    for await (const content of contents) {
      assert(content.length <= CHUNK_BYTES, 'a blob of a batch is one chunk')
      const digest = createHash('sha256').update(content).digest()
      const cid = CID.createV1(RAW_CODEC, createMultihash(SHA2_256, digest))
      const release = await slots.take()
      const write = blockstore.put(cid, content).finally(release)
      // A failure is told at the end: until then nobody waits for it.
      write.catch(() => undefined)
      writes.push(write)
      blobs.push({
        sha256: digest.toString('hex') as Digest,
        cid: cid.toString(),
        bytes: content.length,
      })
    }
    await Promise.all(writes)
    return blobs
  })
}
