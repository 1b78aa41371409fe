import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Digest } from '../../protocol/digest.ts'
import {
  HOME_FILES,
  HOME_FORMAT,
  type HomeConfig,
  socketFolder,
  socketPath,
} from '../../protocol/home.ts'
import { cliError, systemCode } from '../cli-error.ts'
import { ownFolderOf } from './own-folder.ts'
import { readJson } from './read-json.ts'
import { checkSocketFolder } from './socket-folder.ts'

/** A home that exists. */
export interface Home {
  /** Absolute real path. */
  readonly path: string
  readonly config: HomeConfig
  /** Absolute path of what this person keeps here: `user` in the home, or a folder of his own (own-folder.ts). */
  readonly own: string
}

/** @throws CliError `home-missing` or `home-damaged` */
export async function openHome(path: string): Promise<Home> {
  const real = realPathOf(path)
  const config = real && (await readJson<HomeConfig>(join(real, HOME_FILES.config), HOME_FORMAT))
  if (real === undefined || config === undefined) {
    throw cliError('home-missing', `there is no home in ${path}`, {
      hint: `pedigree --home ${path} init --org NAME, or name another home with --home`,
    })
  }
  return { path: real, config: config as HomeConfig, own: await ownFolderOf(real) }
}

/** @param name a value of HOME_FILES, or a path below one */
export function homeFile(home: Home, name: string): string {
  return join(home.path, name)
}

/** @param name a value of HOME_FILES below `user/` */
export function ownFile(home: Home, name: `user/${string}`): string {
  return join(home.own, name.slice('user/'.length))
}

/**
 * Where the node of a home listens for the commands.
 *
 * @throws CliError `node-forbidden` when somebody else could be listening there
 */
export function rpcSocketOf(home: Home): string {
  const digest = createHash('sha256').update(home.path, 'utf8').digest('hex') as Digest
  const folder = socketFolder(tmpdir(), process.getuid?.() ?? 0)
  const path = socketPath(home.path, digest, folder)
  if (path !== homeFile(home, HOME_FILES.socket)) checkSocketFolder(home.path, folder)
  return path
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
  }
}
