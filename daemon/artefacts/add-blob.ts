import { createHash, type Hash } from 'node:crypto'
import { unixfs } from '@helia/unixfs'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import type { Digest } from '../../protocol/digest.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { ArtefactError } from './artefact-error.ts'
import type { Uploads } from './uploads.ts'

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
 * Takes a stream apart into blocks. All of it is on disk, names included, when this returns, or nothing
 * of it stays (uploads.ts).
 *
 * @param expected digest of the content, where whoever sends it knows
 * @throws ArtefactError disk-full, storage-failed, digest-differs; whatever the stream throws
 */
export function addBlob(
  uploads: Uploads,
  content: AsyncIterable<Uint8Array>,
  expected?: Digest,
): Promise<Blob> {
  return uploads.run(async (blockstore) => {
    const measure = { hash: createHash('sha256'), bytes: 0 }
    const cid = await unixfs({ blockstore }).addByteStream(measured(content, measure), KUBO_FORM)
    const sha256 = measure.hash.digest('hex') as Digest
    if (expected === undefined || expected === sha256) {
      return { sha256, cid: cid.toString(), bytes: measure.bytes }
    }
    throw new ArtefactError('digest-differs', `the digest of what arrived is ${sha256}`)
  })
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
