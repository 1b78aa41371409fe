import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { BLOB_HEADER_BYTES } from '../../protocol/api/blobs.ts'
import { encodeManifest } from '../../protocol/artefacts/manifest.ts'
import { digestOf } from '../../protocol/digest.ts'
import { BLOB_BATCH_BLOBS_MAX } from '../../protocol/limits.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { commit } from './commit.ts'
import type { Network } from './load.ts'
import type { DirectoryReport } from './measured.ts'
import type { NodeClient } from './node-client.ts'

const FILES = 5_000
const FILE_BYTES = 1_800

interface SampleFile {
  readonly name: string
  readonly content: Buffer
}

/** A shared directory of small files: added to one node, fetched by another over bitswap. */
export async function directorySpeed({
  clients,
  authors,
}: Pick<Network, 'clients' | 'authors'>): Promise<DirectoryReport> {
  const [owner, other] = clients
  const [author] = authors
  if (owner === undefined || other === undefined || author === undefined)
    throw new Error('no network')
  const files = Array.from({ length: FILES }, (_, i) => ({
    name: `${String(i).padStart(5, '0')}.bin`,
    content: randomBytes(FILE_BYTES),
  }))
  const bytes = FILES * FILE_BYTES
  const addStarted = performance.now()
  const { sha256, cid, manifestCid } = await add(owner, files)
  const addMs = performance.now() - addStarted
  const place = {
    form: 'directory',
    name: 'bench-directory',
    version: '1',
    share: 'members',
  } as const
  const record = author.certify(sha256, { ...place, bytes, files: FILES, cid, manifestCid })
  await commit(record, [owner, other])
  const fetchStarted = performance.now()
  const read = await other.readContent(record.id, 'contents')
  if (read !== bytes) throw new Error(`${read} bytes arrived, not ${bytes}`)
  return { files: FILES, bytes, addMs, fetchMs: performance.now() - fetchStarted }
}

async function add(owner: NodeClient, files: readonly SampleFile[]) {
  const cids: string[] = []
  for (let at = 0; at < files.length; at += BLOB_BATCH_BLOBS_MAX) {
    const batch = files.slice(at, at + BLOB_BATCH_BLOBS_MAX)
    const { blobs } = await owner.addBlobs(Readable.from(batch.flatMap(framed)))
    cids.push(...blobs.map(({ cid }) => cid))
  }
  const manifest = encodeManifest(
    files.map(({ name, content }) => ({ name, bytes: content.length, sha256: digestOf(content) })),
  )
  if (isRejection(manifest)) throw new Error(manifest.detail)
  const { sha256, cid: manifestCid } = await owner.addBlob(Readable.from([manifest]))
  const entries = files.map(({ name }, i) => ({ name, cid: cids[i] ?? '' }))
  const { cid } = await owner.addDirectory({ files: entries, manifestCid })
  return { sha256, cid, manifestCid }
}

function framed({ content }: SampleFile): readonly Buffer[] {
  const header = Buffer.alloc(BLOB_HEADER_BYTES)
  header.writeUInt32BE(content.length)
  return [header, content]
}
