import { basename } from 'node:path'
import { Transform } from 'node:stream'
import type { BlobAnswer } from '../../protocol/api/blobs.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { ArtefactDescription } from '../../protocol/records/certificates/certificates.ts'
import { CliError, cliError } from '../cli-error.ts'
import type { HashedArtefact, HashedDirectory } from '../hashing/hash-artefact.ts'
import { changed, openRegularFile } from '../hashing/hash-file.ts'
import { type Progress, startProgress } from '../output/progress.ts'
import type { Session } from '../session.ts'
import { batchesOf, type FileToStore, uploadBatch } from './upload-batch.ts'

export type ContentIds = Pick<ArtefactDescription, 'cid' | 'manifestCid'>

/**
 * Hands the bytes of an artefact to the node, which has them on disk when it answers.
 *
 * @returns CIDs for the certificate
 * @throws CliError `changed-while-hashing` when the node received other bytes than were hashed
 */
export async function uploadArtefact(
  session: Session,
  artefact: HashedArtefact,
): Promise<ContentIds> {
  const { output } = session.context
  const label = `storing ${basename(artefact.path)}`
  const progress = startProgress(output, label, artefact.bytes)
  try {
    if (artefact.directory === undefined) {
      return { cid: (await uploadFile(session, artefact.path, artefact.sha256, progress)).cid }
    }
    return await uploadDirectory(session, artefact.directory, progress)
  } finally {
    progress.stop()
  }
}

async function uploadDirectory(
  session: Session,
  { manifest, manifestBytes, walked }: HashedDirectory,
  progress: Progress,
): Promise<ContentIds> {
  const paths = new Map(walked.map(({ name, path }) => [name, path]))
  const toStore = manifest.files.map((file) => {
    const path = paths.get(file.name)
    if (path === undefined) throw cliError('internal', `no file was found for ${file.name}`)
    return { ...file, path }
  })
  const files = []
  for (const batch of batchesOf(toStore)) {
    const cids = await uploadFiles(session, batch, progress)
    files.push(...batch.map(({ name }, i) => ({ name, cid: cids[i] ?? '' })))
  }
  const manifestCid = (await session.rpc.addBlob(manifestBytes)).cid
  const { cid } = await session.rpc.addDirectory({ files, manifestCid })
  return { cid, manifestCid }
}

/** @returns CIDs in the order of the files */
async function uploadFiles(
  session: Session,
  files: readonly [FileToStore, ...FileToStore[]],
  progress: Progress,
): Promise<readonly string[]> {
  const [{ path, sha256, bytes }] = files
  if (bytes <= CHUNK_BYTES) return uploadBatch(session, files, progress)
  return [(await uploadFile(session, path, sha256, progress)).cid]
}

async function uploadFile(
  session: Session,
  path: string,
  sha256: string,
  progress: Progress,
): Promise<BlobAnswer> {
  const file = await openRegularFile(path)
  const content = counted(file.createReadStream(), progress)
  const stored = await session.rpc.addBlob(content, sha256).catch((error: unknown) => {
    if (error instanceof CliError && error.code === 'digest-differs') throw changed(path)
    throw error
  })
  if (stored.sha256 !== sha256) throw changed(path)
  return stored
}

/** Passes bytes through and counts them; an error of the source reaches the reader. */
function counted(source: NodeJS.ReadableStream, progress: Progress): Transform {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress.advance(chunk.length)
      done(null, chunk)
    },
  })
  source.on('error', (error) => counter.destroy(error))
  counter.on('close', () => {
    if ('destroy' in source && typeof source.destroy === 'function') source.destroy()
  })
  return source.pipe(counter)
}
