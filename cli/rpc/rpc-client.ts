import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import { ArtefactAnswer, ArtefactList } from '../../protocol/api/artefacts.ts'
import { AuthorAnswer } from '../../protocol/api/authors.ts'
import { BlobAnswer, DirectoryAnswer, type DirectoryRequest } from '../../protocol/api/blobs.ts'
import { BlockAnswer } from '../../protocol/api/blocks.ts'
import { RecordAnswer, SubmitResult } from '../../protocol/api/records.ts'
import { ResolveAnswer } from '../../protocol/api/resolve.ts'
import { ChainStatus, NodeStatus } from '../../protocol/api/status.ts'
import type { Digest } from '../../protocol/digest.ts'
import { MANIFEST_BYTES_MAX, RECEIPT_BYTES_MAX } from '../../protocol/limits.ts'
import { readBody, readJsonAnswer, refuseProblem } from './answer.ts'
import { connectionError, exchange } from './http-exchange.ts'
import { LineageAnswer } from './lineage-answer.ts'

const QUIET_MS_MAX = 30_000
/** Making 100 GB durable takes a while between the last byte and the answer. */
const TRANSFER_QUIET_MS_MAX = 600_000

interface Ask {
  readonly method?: 'GET' | 'POST'
  readonly contentType?: string
  readonly body?: Uint8Array | Readable
  readonly quietMsMax?: number
}

/** The local API of one node, as typed calls. Every call may throw the CliErrors of http-exchange.ts and answer.ts. */
export class RpcClient {
  readonly socket: string
  readonly #signal: AbortSignal

  constructor(socket: string, signal: AbortSignal) {
    this.socket = socket
    this.#signal = signal
  }

  nodeStatus(): Promise<NodeStatus> {
    return this.#json(NodeStatus, '/v1/status')
  }

  /** The calls that speak of one chain. */
  chain(chain: Digest): ChainClient {
    return new ChainClient(this, `/v1/chains/${chain}`)
  }

  /** Streams a file to the node, which has it on disk when it answers. */
  addBlob(body: Readable | Uint8Array): Promise<BlobAnswer> {
    return this.#json(BlobAnswer, '/v1/blobs', {
      method: 'POST',
      contentType: 'application/octet-stream',
      body,
      quietMsMax: TRANSFER_QUIET_MS_MAX,
    })
  }

  addDirectory(directory: DirectoryRequest): Promise<DirectoryAnswer> {
    return this.#json(DirectoryAnswer, '/v1/directories', {
      method: 'POST',
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(directory)),
      quietMsMax: TRANSFER_QUIET_MS_MAX,
    })
  }

  /** JSON that `schema` admits. */
  async json<T extends TSchema>(schema: T, path: string, ask: Ask = {}): Promise<Static<T>> {
    return this.#json(schema, path, ask)
  }

  async bytes(path: string, bytesMax: number): Promise<Uint8Array> {
    const answer = await this.stream(path)
    return this.#reading(() => readBody(answer, bytesMax))
  }

  /** An answer whose body the caller reads. */
  async stream(path: string, ask: Ask = {}): Promise<IncomingMessage> {
    const answer = await exchange(this.socket, {
      method: ask.method ?? 'GET',
      path,
      quietMsMax: ask.quietMsMax ?? TRANSFER_QUIET_MS_MAX,
      signal: this.#signal,
      ...(ask.contentType === undefined ? {} : { contentType: ask.contentType }),
      ...(ask.body === undefined ? {} : { body: ask.body }),
    })
    await this.#reading(() => refuseProblem(answer))
    return answer
  }

  async #json<T extends TSchema>(schema: T, path: string, ask: Ask = {}): Promise<Static<T>> {
    const answer = await this.stream(path, { quietMsMax: QUIET_MS_MAX, ...ask })
    return this.#reading(() => readJsonAnswer(answer, schema))
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      throw connectionError(this.socket, error)
    }
  }
}

/** One chain of one node. */
export class ChainClient {
  readonly rpc: RpcClient
  readonly #base: string

  constructor(rpc: RpcClient, base: string) {
    this.rpc = rpc
    this.#base = base
  }

  status(): Promise<ChainStatus> {
    return this.rpc.json(ChainStatus, `${this.#base}/status`)
  }

  submit(envelope: Uint8Array): Promise<SubmitResult> {
    const ask = { method: 'POST', contentType: 'application/json', body: envelope } as const
    return this.rpc.json(SubmitResult, `${this.#base}/records`, ask)
  }

  /** @param waitMs answer when the record's end is known, or after so long; at most WAIT_MS_MAX */
  record(id: Digest, waitMs = 0): Promise<RecordAnswer> {
    const ask = { quietMsMax: waitMs + QUIET_MS_MAX }
    return this.rpc.json(RecordAnswer, `${this.#base}/records/${id}?waitMs=${waitMs}`, ask)
  }

  author(did: string): Promise<AuthorAnswer> {
    return this.rpc.json(AuthorAnswer, `${this.#base}/authors/${did}`)
  }

  resolve(query: string, organisation: string): Promise<ResolveAnswer> {
    const parameters = new URLSearchParams({ q: query, organisation })
    return this.rpc.json(ResolveAnswer, `${this.#base}/resolve?${parameters.toString()}`)
  }

  artefact(id: string): Promise<ArtefactAnswer> {
    return this.rpc.json(ArtefactAnswer, `${this.#base}/artefacts/${id}`)
  }

  artefacts(page: { readonly after?: string; readonly limit: number }): Promise<ArtefactList> {
    const after = page.after === undefined ? {} : { after: page.after }
    const parameters = new URLSearchParams({ limit: String(page.limit), ...after })
    return this.rpc.json(ArtefactList, `${this.#base}/artefacts?${parameters.toString()}`)
  }

  lineage(id: string, depth?: number): Promise<LineageAnswer> {
    const query = depth === undefined ? '' : `?depth=${depth}`
    return this.rpc.json(LineageAnswer, `${this.#base}/lineage/${id}${query}`)
  }

  /** @param block height or block id */
  block(block: string): Promise<BlockAnswer> {
    return this.rpc.json(BlockAnswer, `${this.#base}/blocks/${block}`)
  }

  receipt(id: string, ancestors: boolean): Promise<Uint8Array> {
    const path = `${this.#base}/receipts/${id}?ancestors=${ancestors}`
    return this.rpc.bytes(path, RECEIPT_BYTES_MAX)
  }

  manifest(id: string): Promise<Uint8Array> {
    return this.rpc.bytes(`${this.#base}/artefacts/${id}/manifest`, MANIFEST_BYTES_MAX)
  }

  /** @param name of one file of a directory */
  content(id: string, name?: string): Promise<IncomingMessage> {
    const query = name === undefined ? '' : `?${new URLSearchParams({ name }).toString()}`
    return this.rpc.stream(`${this.#base}/artefacts/${id}/content${query}`)
  }
}
