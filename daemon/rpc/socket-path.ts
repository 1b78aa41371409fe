import { lstat, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { isSystemError } from '../system-error.ts'

/** The path of the local API is not free. */
export class SocketInUseError extends Error {
  override readonly name = 'SocketInUseError'
  readonly code = 'socket-in-use'
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
