import { lstat, mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { SECRET_FOLDER_MODE } from '../../protocol/home.ts'
import { isSystemError } from '../system-error.ts'

/** The path of the local API is not free. */
export class SocketInUseError extends Error {
  override readonly name = 'SocketInUseError'
  readonly code = 'socket-in-use'
}

/** The folder for sockets of deep homes is not ours alone: someone else could listen in our place. */
export class SocketFolderError extends Error {
  override readonly name = 'SocketFolderError'
  readonly code = 'socket-folder-unsafe'
}

/** Read, write or search by the group or by everybody. */
const OPEN_TO_OTHERS = 0o077

/**
 * Makes the folder of socketFolder (protocol/home.ts), or checks the one that is there.
 *
 * @throws SocketFolderError
 */
export async function ownSocketFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: SECRET_FOLDER_MODE })
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error
  }
  const stat = await lstat(folder)
  const isOurs = stat.uid === (process.getuid?.() ?? stat.uid) && (stat.mode & OPEN_TO_OTHERS) === 0
  if (isOurs && stat.isDirectory()) return
  const remedy = 'remove it, or give the home a shorter path'
  throw new SocketFolderError(`${folder} is not a folder of this user alone: ${remedy}`)
}

const CONNECT_MS_MAX = 2_000

/**
 * Makes way for a new socket: what a killed node left behind is removed, but only when nobody
 * listens there, and never anything that is no socket.
 *
 * @throws SocketInUseError
 */
export async function releaseSocketPath(path: string): Promise<void> {
  const found = await kindOf(path)
  if (found === 'nothing') return
  if (found === 'other') throw new SocketInUseError(`${path} exists and is no socket: remove it`)
  if (await answers(path)) throw new SocketInUseError(`another node listens on ${path}`)
  await rm(path, { force: true })
}

async function kindOf(path: string): Promise<'nothing' | 'socket' | 'other'> {
  try {
    return (await lstat(path)).isSocket() ? 'socket' : 'other'
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return 'nothing'
    throw error
  }
}

/** Anything but a plain refusal counts as an answer: better not to start than to take a socket away. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(CONNECT_MS_MAX, () => settle(true))
    socket.once('connect', () => settle(true))
    socket.once('error', (error) => settle(!isSystemError(error, 'ECONNREFUSED')))
  })
}
