import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import { type Manifest, manifestDigest, parseManifest } from '../../protocol/artefacts/manifest.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError, refusal, systemCode } from '../cli-error.ts'
import { syncFolder, temporaryBeside, writeError } from '../home/atomic-write.ts'
import { fullName } from '../output/describe-artefact.ts'
import { printable } from '../output/printable.ts'
import { type Progress, startProgress } from '../output/progress.ts'
import type { Session } from '../session.ts'
import { receiveFile } from './receive-file.ts'
import { receiveFiles } from './receive-files.ts'

export interface Fetched {
  /** Of a directory. */
  readonly manifest?: Uint8Array
}

/**
 * Fetches an artefact from whoever shares it. It gets its name when every byte of it is checked and
 * on disk; until then nothing is at `out`.
 *
 * @throws CliError `not-shared`, `content-mismatch`, `path-exists`, or what the node answers
 */
export async function fetchArtefact(
  session: Session,
  artefact: ArtefactAnswer,
  out: string,
  force: boolean,
): Promise<Fetched> {
  const { sha256, bytes, share } = artefact
  if (share === 'local' || sha256 === undefined) {
    throw cliError(
      'not-shared',
      `the bytes of ${fullName(artefact)} stay with ${printable(artefact.organisation)}`,
      { hint: 'ask there for a copy, and compare it: pedigree verify PATH --against ID' },
    )
  }
  if (!force && (await exists(out))) throw overwriting(out)
  const target = resolve(out)
  const draft = temporaryBeside(target)
  const progress = startProgress(session.context.output, `fetching ${basename(out)}`, bytes)
  try {
    const fetched =
      artefact.form === 'file'
        ? await fetchFile(session, artefact, draft, progress)
        : await fetchDirectory(session, artefact, draft, progress)
    await takeName(draft, target, force)
    return fetched
  } finally {
    progress.stop()
    await rm(draft, { recursive: true, force: true })
  }
}

async function fetchFile(
  { chain }: Session,
  { record, sha256, bytes }: ArtefactAnswer,
  draft: string,
  progress: Progress,
): Promise<Fetched> {
  const expected = { sha256: sha256 ?? '', bytes }
  await receiveFile(await chain.content(record), draft, expected, progress)
  return {}
}

/** The manifest comes first: it says which names and digests the certificate covers. */
async function fetchDirectory(
  { chain }: Session,
  { record, sha256 }: ArtefactAnswer,
  draft: string,
  progress: Progress,
): Promise<Fetched> {
  const bytes = await chain.manifest(record)
  if (manifestDigest(bytes) !== sha256) {
    throw cliError('content-mismatch', `the manifest that arrived is not that of ${record}`)
  }
  const manifest = parseManifest(bytes)
  if (isRejection(manifest)) throw refusal(manifest, `the manifest of ${record}`)
  const folders = foldersOf(manifest, draft)
  for (const folder of folders) await makeFolder(folder)
  await receiveFiles({ chain }, record, manifest.files, { folder: draft, progress })
  for (const folder of folders.toReversed()) await syncFolder(folder)
  return { manifest: bytes }
}

/** Every folder after the one that holds it. */
function foldersOf({ files }: Manifest, draft: string): readonly string[] {
  const folders = new Set([draft])
  for (const { name } of files) {
    const parts = name.split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      folders.add(join(draft, ...parts.slice(0, depth)))
    }
  }
  return [...folders]
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o755 })
  } catch (error) {
    throw writeError(path, error)
  }
}

async function takeName(draft: string, target: string, force: boolean): Promise<void> {
  const old = temporaryBeside(target)
  try {
    const isReplaced = await exists(target)
    if (isReplaced && !force) throw overwriting(target)
    if (isReplaced) await rename(target, old)
    await rename(draft, target).catch(async (error: unknown) => {
      if (isReplaced) await rename(old, target)
      throw error
    })
    await syncFolder(dirname(target))
  } catch (error) {
    throw writeError(target, error)
  }
  await rm(old, { recursive: true, force: true })
}

function overwriting(out: string): Error {
  return cliError('path-exists', `there is something in ${out} already`, {
    hint: 'name another place, or replace it with --force',
  })
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw writeError(path, error)
  }
}
