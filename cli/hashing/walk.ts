import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkFileName, isVersionControlName } from '../../protocol/artefacts/file-name.ts'
import { checkCollisions } from '../../protocol/artefacts/name-collisions.ts'
import { compareBytes } from '../../protocol/bytes.ts'
import { utf8Decode, utf8Encode } from '../../protocol/encoding/utf8.ts'
import { MANIFEST_FILES_MAX } from '../../protocol/limits.ts'
import { cliError } from '../cli-error.ts'
import { printable } from '../output/printable.ts'
import { readError } from './hash-file.ts'
import { followCacheLink } from './symlink.ts'

const FOLDER_DEPTH_MAX = 256

export interface WalkedFile {
  /** Relative to the directory, forward slashes. */
  readonly name: string
  /** Where the bytes are: the file itself, never a link. */
  readonly path: string
  readonly stat: BigIntStats
}

/**
 * All regular files under a directory, sorted by the UTF-8 bytes of their names.
 *
 * @param root absolute real path
 * @throws CliError for whatever a manifest cannot say without loss: links, devices, pipes, sockets, names
 *   that differ only by case or normalisation, names that are not UTF-8, too many files, or none
 */
export async function walkDirectory(root: string): Promise<readonly WalkedFile[]> {
  const files: WalkedFile[] = []
  await walkFolder({ root, files }, '', 0)
  if (files.length === 0) {
    throw cliError('empty-directory', `${root} contains no file that could be certified`)
  }
  refuseCollisions(root, files)
  return files
    .map((file) => ({ file, key: utf8Encode(file.name) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ file }) => file)
}

interface Walk {
  readonly root: string
  readonly files: WalkedFile[]
}

async function walkFolder(walk: Walk, folder: string, depth: number): Promise<void> {
  if (depth > FOLDER_DEPTH_MAX) {
    throw cliError('too-many-files', `${folder} lies more than ${FOLDER_DEPTH_MAX} folders deep`)
  }
  for (const entry of await namesIn(join(walk.root, folder))) {
    const name = folder === '' ? entry : `${folder}/${entry}`
    if (!isVersionControlName(name)) await visit(walk, name, depth)
  }
}

async function visit(walk: Walk, name: string, depth: number): Promise<void> {
  const path = join(walk.root, name)
  const bad = checkFileName(name)
  if (bad !== undefined) throw invalid(`in ${walk.root}, ${bad.detail}`)
  const stat = await look(path)
  if (stat.isDirectory()) return walkFolder(walk, name, depth + 1)
  if (stat.isFile()) return add(walk, { name, path, stat })
  if (!stat.isSymbolicLink()) throw cliError('not-a-file', `${path} is ${kindOf(stat)}`)
  const target = await followCacheLink(path, walk.root)
  return add(walk, { name, path: target, stat: await look(target) })
}

function add({ files }: Walk, file: WalkedFile): void {
  if (files.length >= MANIFEST_FILES_MAX) {
    throw cliError('too-many-files', `more than ${MANIFEST_FILES_MAX} files`)
  }
  files.push(file)
}

async function look(path: string): Promise<BigIntStats> {
  try {
    return await lstat(path, { bigint: true })
  } catch (error) {
    throw readError(path, error)
  }
}

/** Names as bytes, so that one that is not UTF-8 is seen and not silently replaced. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((error: unknown) => {
    throw readError(folder, error)
  })
  return names.map((bytes) => {
    const name = utf8Decode(bytes)
    if (name !== undefined) return name
    const shown = printable(bytes.toString('latin1'))
    throw invalid(`${folder} contains a name that is not UTF-8: ${shown}`)
  })
}

function invalid(detail: string): Error {
  return cliError('name-invalid', detail, { hint: 'rename it, or move it out of the folder' })
}

/** What kind of thing a path is when it is no regular file. */
export function kindOf(stat: BigIntStats): string {
  if (stat.isFIFO()) return 'a named pipe'
  if (stat.isSocket()) return 'a socket'
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return 'a device'
  if (stat.isSymbolicLink()) return 'a symbolic link'
  return stat.isDirectory() ? 'a directory' : 'not a regular file'
}

/** Two such names are one file on another system: what is certified here could not exist there. */
function refuseCollisions(root: string, files: readonly WalkedFile[]): void {
  const collision = checkCollisions(files.map(({ name }) => name))
  if (collision === undefined) return
  throw cliError('name-collision', `in ${root}, ${collision.detail}`, {
    hint: 'rename one of them',
  })
}
