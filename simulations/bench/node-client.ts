import { createHash } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type {
  BlobAnswer,
  BlobBatchAnswer,
  DirectoryAnswer,
  DirectoryRequest,
} from '../../protocol/api/blobs.ts'
import type { RecordAnswer } from '../../protocol/api/records.ts'
import type { ChainStatus } from '../../protocol/api/status.ts'
import type { Digest } from '../../protocol/digest.ts'
import { socketFolder, socketPath } from '../../protocol/home.ts'

const ANSWER_MS_MAX = 120_000

interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly contentType?: string
  readonly body?: Uint8Array | Readable
}

/** The local API of one node, over kept connections. Every method throws an Error for an answer that is not 200. */
export class NodeClient {
  readonly #socket: string
  readonly #agent: Agent
  readonly #chain: string

  /** @param home absolute real path */
  constructor(home: string, chain: Digest, connections: number) {
    const digest = createHash('sha256').update(home).digest('hex') as Digest
    this.#socket = socketPath(home, digest, socketFolder(tmpdir(), process.getuid?.() ?? 0))
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
    this.#chain = `/v1/chains/${chain}`
  }

  close(): void {
    this.#agent.destroy()
  }

  async submit(envelope: Uint8Array): Promise<void> {
    const path = `${this.#chain}/records`
    await this.#json({ method: 'POST', path, contentType: 'application/json', body: envelope })
  }

  record(id: Digest, waitMs: number): Promise<RecordAnswer> {
    const path = `${this.#chain}/records/${id}?waitMs=${waitMs}`
    return this.#json<RecordAnswer>({ method: 'GET', path })
  }

  status(): Promise<ChainStatus> {
    return this.#json<ChainStatus>({ method: 'GET', path: `${this.#chain}/status` })
  }

  addBlob(body: Readable): Promise<BlobAnswer> {
    const contentType = 'application/octet-stream'
    return this.#json<BlobAnswer>({ method: 'POST', path: '/v1/blobs', contentType, body })
  }

  /** @param body in the form that protocol/api/blobs.ts describes */
  addBlobs(body: Readable): Promise<BlobBatchAnswer> {
    const contentType = 'application/octet-stream'
    return this.#json({ method: 'POST', path: '/v1/blobs/batch', contentType, body })
  }

  addDirectory(directory: DirectoryRequest): Promise<DirectoryAnswer> {
    const body = Buffer.from(JSON.stringify(directory))
    const path = '/v1/directories'
    return this.#json({ method: 'POST', path, contentType: 'application/json', body })
  }

  /** Reads a file, or all files of a directory, to the end. @returns the length in bytes */
  async readContent(id: Digest, what: 'content' | 'contents' = 'content'): Promise<number> {
    const path = `${this.#chain}/artefacts/${id}/${what}`
    const answer = await this.#ask({ method: 'GET', path })
    let bytes = 0
    for await (const chunk of answer) bytes += (chunk as Buffer).length
    return bytes
  }

  async metrics(): Promise<string> {
    return textOf(await this.#ask({ method: 'GET', path: '/metrics' }))
  }

  async #json<T>(asked: Asked): Promise<T> {
    return JSON.parse(await textOf(await this.#ask(asked))) as T
  }

  async #ask(asked: Asked): Promise<IncomingMessage> {
    const answer = await this.#send(asked)
    if (answer.statusCode === 200) return answer
    throw new Error(`${asked.method} ${asked.path}: ${answer.statusCode} ${await textOf(answer)}`)
  }

  #send(asked: Asked): Promise<IncomingMessage> {
    const { method, path, contentType, body } = asked
    const headers = {
      host: 'localhost',
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(body instanceof Uint8Array ? { 'content-length': body.length } : {}),
    }
    const options = { socketPath: this.#socket, agent: this.#agent, method, path, headers }
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...options, timeout: ANSWER_MS_MAX }, resolve)
      outgoing.on('error', (cause) => {
        // A kept connection may be closed in the very moment of its next use: that is no failure.
        if (outgoing.reusedSocket && isReset(cause) && !(body instanceof Readable))
          resolve(this.#send(asked))
        else reject(new Error(`${method} ${path} failed`, { cause }))
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)))
      if (body === undefined || body instanceof Uint8Array) outgoing.end(body)
      else pipeline(body, outgoing).catch(reject)
    })
  }
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
