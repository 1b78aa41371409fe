import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ArtefactDescription } from '../../protocol/records/certificates/certificates.ts'
import { commit } from './commit.ts'
import { directorySpeed } from './directory-speed.ts'
import type { Network } from './load.ts'
import type { ArtefactReport } from './measured.ts'

const FILE_BYTES = 268_435_456
const PIECE_BYTES = 8_388_608
const READ_BYTES = 1_048_576

/**
 * A shared file: added to one node, read there, and fetched by another over bitswap; then a directory.
 *
 * @param path where the file may be written
 */
export async function artefactSpeed(
  { clients, authors }: Pick<Network, 'clients' | 'authors'>,
  path: string,
): Promise<ArtefactReport> {
  const [owner, other] = clients
  const [author] = authors
  if (owner === undefined || other === undefined || author === undefined)
    throw new Error('no network')
  await writeRandom(path)
  const sha256 = await rateOf(() => hashFile(path))
  let blob: Awaited<ReturnType<typeof owner.addBlob>> | undefined
  const add = await rateOf(async () => {
    blob = await owner.addBlob(createReadStream(path, { highWaterMark: READ_BYTES }))
  })
  if (blob === undefined) throw new Error('the blob was not added')
  const { cid, bytes } = blob
  const description: ArtefactDescription = {
    form: 'file',
    name: 'bench',
    version: '1',
    bytes,
    files: 1,
    share: 'members',
    cid,
  }
  const { id, envelope } = author.certify(blob.sha256, description)
  await commit({ id, envelope }, [owner, other])
  const localRead = await rateOf(async () => expectWhole(await owner.readContent(id)))
  const bitswapFetch = await rateOf(async () => expectWhole(await other.readContent(id)))
  const directory = await directorySpeed({ clients, authors })
  return { bytes: FILE_BYTES, sha256, add, localRead, bitswapFetch, directory }
}

async function writeRandom(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let at = 0; at < FILE_BYTES; at += PIECE_BYTES) await file.write(randomBytes(PIECE_BYTES))
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function hashFile(path: string): Promise<void> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: READ_BYTES })) {
    hash.update(piece as Buffer)
  }
  hash.digest()
}

/** Millions of bytes a second. */
async function rateOf(run: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await run()
  return FILE_BYTES / 1_000 / (performance.now() - started)
}

function expectWhole(bytes: number): void {
  if (bytes !== FILE_BYTES) throw new Error(`${bytes} bytes arrived, not ${FILE_BYTES}`)
}
