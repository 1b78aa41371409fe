import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { cliError, systemCode } from '../cli-error.ts'

/** What is asked of the node. */
export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly contentType?: string
  readonly body?: Uint8Array | Readable
  /** Silence on the socket after which the node counts as lost. */
  readonly quietMsMax: number
  readonly signal: AbortSignal
}

/**
 * One HTTP exchange over the node's socket. The answer's body is still to be read.
 *
 * @throws CliError `node-not-running`, `node-forbidden`, `node-lost` or `timed-out`
 */
export async function exchange(socket: string, asked: Exchange): Promise<IncomingMessage> {
  asked.signal.throwIfAborted()
  try {
    return await send(socket, asked)
  } catch (error) {
    throw connectionError(socket, error)
  }
}

function send(socket: string, asked: Exchange): Promise<IncomingMessage> {
  const { method, path, contentType, body, quietMsMax, signal } = asked
  const options: RequestOptions = {
    socketPath: socket,
    method,
    path,
    signal,
    timeout: quietMsMax,
    agent: false,
    headers: {
      host: 'localhost',
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}),
    },
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(options, resolve)
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(silence(quietMsMax)))
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body)
    // A node that refuses early closes its side; its answer counts then, not the broken pipe.
    else pipeline(body, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
}

function silence(ms: number): Error {
  return cliError('timed-out', `the node said nothing for ${ms / 1_000} s`)
}

const NOT_RUNNING = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR'])
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])

/** What a failed connection means to a person. */
export function connectionError(socket: string, error: unknown): unknown {
  const code = systemCode(error)
  if (code !== undefined && NOT_RUNNING.has(code)) {
    const home = socket.replace(/\/rpc\.sock$/, '')
    return cliError('node-not-running', `no node listens on ${socket}`, {
      cause: error,
      hint: `start it: pedigree --home ${home === socket ? 'HOME' : home} start`,
    })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return cliError('node-forbidden', `you may not talk to the node on ${socket}`, {
      cause: error,
      hint: 'its group may: ask its owner to add you to it',
    })
  }
  if (code === undefined || !LOST.has(code)) return error
  return cliError('node-lost', `the node on ${socket} closed the connection`, { cause: error })
}
