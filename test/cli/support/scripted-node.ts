import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type NodeProblemCode, problem, problemOfRejection } from '../../../protocol/api/problem.ts'
import type { Rejection } from '../../../protocol/rejection.ts'

export interface Request {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Buffer
}

/** JSON, octets, or a problem. */
export type Answer =
  | { readonly json: unknown }
  | { readonly bytes: Uint8Array }
  /** The socket closes after these, though more were promised. */
  | { readonly firstBytes: Uint8Array }
  | { readonly problem: NodeProblemCode }
  | { readonly refused: Rejection }
  /** The socket closes in the middle. */
  | { readonly hangUp: true }

type Route = (request: Request) => Answer

export const AS_OF = {
  height: 7,
  timeMs: 1_760_000_000_000,
  sync: 'in-sync',
  behindBlocks: 0,
} as const

/** Stands in for the local API of a node: answers what a test scripted, and keeps what it was asked. */
export class ScriptedNode {
  readonly requests: Request[] = []
  readonly #routes: { readonly method: string; readonly path: RegExp; readonly route: Route }[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response)
    })
  }

  static async listen(socket: string): Promise<ScriptedNode> {
    const node = new ScriptedNode()
    node.#server.listen(socket)
    await once(node.#server, 'listening')
    return node
  }

  /** The route added last counts. @param path regular expression of the whole path behind /v1 */
  on(method: 'GET' | 'POST', path: string, route: Route): this {
    this.#routes.unshift({ method, path: new RegExp(`^/v1${path}$`), route })
    return this
  }

  /** Bodies that were posted to a path. */
  posted(path: string): readonly Buffer[] {
    const wanted = new RegExp(`^/v1${path}$`)
    const posts = this.requests.filter(({ method }) => method === 'POST')
    return posts.filter((request) => wanted.test(request.path)).map(({ body }) => body)
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const { method = 'GET' } = request
    const path = decodeURIComponent(url.pathname)
    const asked = { method, path, query: url.searchParams, body: Buffer.concat(chunks) }
    this.requests.push(asked)
    const found = this.#routes.find((entry) => entry.method === method && entry.path.test(path))
    send(request, response, found?.route(asked) ?? { problem: 'unknown-path' })
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if ('hangUp' in answer) return void request.socket.destroy()
  if ('firstBytes' in answer) {
    response.setHeader('content-length', answer.firstBytes.length + 1)
    return void response.write(answer.firstBytes, () => request.socket.destroy())
  }
  if ('bytes' in answer) return void response.end(answer.bytes)
  if ('json' in answer) return void response.end(JSON.stringify(answer.json))
  const said =
    'refused' in answer ? problemOfRejection(answer.refused) : problem(answer.problem, 'scripted')
  response.statusCode = said.status
  response.setHeader('content-type', 'application/problem+json')
  response.end(JSON.stringify(said))
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
