import type { BigIntStats } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Manifest, ManifestFile } from '../../protocol/artefacts/manifest.ts'
import {
  contentBytes,
  encodeManifest,
  manifestDigest,
  parseManifest,
} from '../../protocol/artefacts/manifest.ts'
import type { Digest } from '../../protocol/digest.ts'
import { isRejection, type Rejection } from '../../protocol/rejection.ts'
import { cliError, refusal } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { startProgress } from '../output/progress.ts'
import { changed, hashFile, isSame, readError } from './hash-file.ts'
import { followCacheLink } from './symlink.ts'
import { kindOf, type WalkedFile, walkDirectory } from './walk.ts'

/** What the content of a path is, as a certificate says it. */
export interface HashedArtefact {
  /** Absolute real path: the key of its expectation. */
  readonly path: string
  readonly form: 'file' | 'directory'
  /** Of a directory: of its manifest. */
  readonly sha256: Digest
  readonly bytes: number
  readonly files: number
  /** Of a directory. */
  readonly directory?: HashedDirectory
}

export interface HashedDirectory {
  readonly manifest: Manifest
  readonly manifestBytes: Uint8Array
  /** In the order of the manifest. */
  readonly walked: readonly WalkedFile[]
}

/** The parts of a context that hashing needs. */
export type HashContext = Pick<Context, 'output' | 'signal'>

/**
 * Hashes a file or a directory, with progress on a terminal.
 *
 * @throws CliError for whatever cannot be certified (hash-file.ts, symlink.ts, walk.ts)
 */
export async function hashArtefact(context: HashContext, path: string): Promise<HashedArtefact> {
  const { real, stat } = await locate(path)
  if (stat.isDirectory()) return hashDirectory(context, real)
  if (!stat.isFile()) throw cliError('not-a-file', `${path} is ${kindOf(stat)}`)
  const progress = startProgress(context.output, `hashing ${basename(path)}`, Number(stat.size))
  try {
    const options = { onChunk: progress.advance, signal: context.signal }
    const { sha256, bytes } = await hashFile(real, options)
    return { path: real, form: 'file', sha256, bytes, files: 1 }
  } finally {
    progress.stop()
  }
}

/** The last component may not be a link, except into a cache; those before it may. */
async function locate(path: string): Promise<{ real: string; stat: BigIntStats }> {
  // An empty shell variable must not mean the working directory.
  if (path === '') throw cliError('usage', 'the path is empty')
  const given = resolve(path)
  try {
    const named = await lstat(given, { bigint: true })
    const real = named.isSymbolicLink()
      ? await followCacheLink(given, await realpath(dirname(given)))
      : await realpath(given)
    return { real, stat: await lstat(real, { bigint: true }) }
  } catch (error) {
    throw readError(path, error)
  }
}

async function hashDirectory(context: HashContext, root: string): Promise<HashedArtefact> {
  const walked = await walkDirectory(root)
  const hashed = await hashFiles(context, root, walked)
  await refuseChangedListing(root, walked)
  const manifestBytes = accepted(encodeManifest(hashed), root)
  const manifest = accepted(parseManifest(manifestBytes), root)
  return {
    path: root,
    form: 'directory',
    sha256: manifestDigest(manifestBytes),
    bytes: contentBytes(manifest),
    files: manifest.files.length,
    directory: { manifest, manifestBytes, walked },
  }
}

async function hashFiles(
  context: HashContext,
  root: string,
  walked: readonly WalkedFile[],
): Promise<readonly ManifestFile[]> {
  const total = walked.reduce((sum, { stat }) => sum + Number(stat.size), 0)
  const progress = startProgress(context.output, `hashing ${basename(root)}`, total)
  const options = { onChunk: progress.advance, signal: context.signal }
  try {
    const files: ManifestFile[] = []
    for (const { name, path } of walked) files.push({ name, ...(await hashFile(path, options)) })
    return files
  } finally {
    progress.stop()
  }
}

/** A file that came, went or changed after its turn would make a manifest of what never was. */
async function refuseChangedListing(root: string, before: readonly WalkedFile[]): Promise<void> {
  const after = await walkDirectory(root)
  for (const [i, file] of before.entries()) {
    const now = after[i]
    if (now === undefined || now.name !== file.name || !isSame(file.stat, now.stat)) {
      throw changed(join(root, now === undefined || now.name > file.name ? file.name : now.name))
    }
  }
  const extra = after[before.length]
  if (extra !== undefined) throw changed(join(root, extra.name))
}

function accepted<T>(value: T | Rejection, root: string): T {
  if (isRejection(value)) throw refusal(value, root)
  return value
}
