import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  /** Undefined when the body is no JSON. */
  readonly json: Record<string, unknown>
}

export interface Question {
  readonly socket?: string
  readonly port?: number
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array | string
}

/** One request. Rejects when the connection breaks before the answer is whole. */
export function ask(question: Question): Promise<Answer> {
  const { socket, port, method = 'GET', path, headers = {}, body } = question
  const address = socket === undefined ? { host: '127.0.0.1', port } : { socketPath: socket }
  const options: RequestOptions = {
    ...address,
    method,
    path,
    headers,
    agent: false,
  } as RequestOptions
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const bytes = Buffer.concat(parts)
        const { statusCode: status = 0, headers: got } = incoming
        resolve({ status, headers: got, bytes, json: parse(bytes) })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Sends bytes that need not be HTTP, and answers with all that comes back. */
export function askRaw(socket: string, bytes: string): Promise<string> {
  const connection = connect(socket)
  connection.end(bytes)
  return text(connection)
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return {}
  }
}
