import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import { AdvisoryAnswer, AdvisoryList, ImpactAnswer } from '../../protocol/api/advisories.ts'
import { ArtefactAnswer, ArtefactList } from '../../protocol/api/artefacts.ts'
import { AuthorAnswer, PeopleAnswer } from '../../protocol/api/authors.ts'
import {
  BlobAnswer,
  BlobBatchAnswer,
  DirectoryAnswer,
  type DirectoryRequest,
} from '../../protocol/api/blobs.ts'
import { BlockAnswer } from '../../protocol/api/blocks.ts'
import {
  AffectedAnswer,
  DiffAnswer,
  LineageAnswer,
  ParticipantsAnswer,
} from '../../protocol/api/lineage.ts'
import { FlagsAnswer, RecallAnswer, RecallList } from '../../protocol/api/recalls.ts'
import { RecordAnswer, SubmitResult } from '../../protocol/api/records.ts'
import { RegistrationsAnswer } from '../../protocol/api/registrations.ts'
import { ResolveAnswer } from '../../protocol/api/resolve.ts'
import { ChainStatus, NodeStatus } from '../../protocol/api/status.ts'
import { PhasesAnswer, StoryAnswer } from '../../protocol/api/story.ts'
import type { Digest } from '../../protocol/digest.ts'
import { MANIFEST_BYTES_MAX, RECEIPT_BYTES_MAX } from '../../protocol/limits.ts'
import { readBody, readJsonAnswer, refuseProblem } from './answer.ts'
import { connectionError, exchange } from './http-exchange.ts'

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

  /**
   * Streams a file to the node, which has it on disk when it answers.
   *
   * @param sha256 what it should be: the node answers other bytes with `digest-differs`, and keeps none
   */
  addBlob(body: Readable | Uint8Array, sha256?: string): Promise<BlobAnswer> {
    const query = sha256 === undefined ? '' : `?sha256=${sha256}`
    return this.#json(BlobAnswer, `/v1/blobs${query}`, {
      method: 'POST',
      contentType: 'application/octet-stream',
      body,
      quietMsMax: TRANSFER_QUIET_MS_MAX,
    })
  }

  /** @param body in the form that protocol/api/blobs.ts describes */
  addBlobs(body: Readable): Promise<BlobBatchAnswer> {
    return this.#json(BlobBatchAnswer, '/v1/blobs/batch', {
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

  /** The people whom an organisation registered under this name. */
  people(organisation: string, name: string): Promise<PeopleAnswer> {
    const parameters = new URLSearchParams({ organisation, name })
    return this.rpc.json(PeopleAnswer, `${this.#base}/people?${parameters.toString()}`)
  }

  resolve(query: string, organisation: string): Promise<ResolveAnswer> {
    const parameters = new URLSearchParams({ q: query, organisation })
    return this.rpc.json(ResolveAnswer, `${this.#base}/resolve?${parameters.toString()}`)
  }

  artefact(id: string): Promise<ArtefactAnswer> {
    return this.rpc.json(ArtefactAnswer, `${this.#base}/artefacts/${id}`)
  }

  artefacts(page: { readonly after?: string; readonly limit: number }): Promise<ArtefactList> {
    return this.rpc.json(ArtefactList, `${this.#base}/artefacts?${pageQuery(page)}`)
  }

  lineage(
    id: string,
    reach: { readonly depth?: number; readonly down?: number } = {},
  ): Promise<LineageAnswer> {
    const query = Object.entries(reach).map(([name, generations]) => `${name}=${generations}`)
    return this.rpc.json(LineageAnswer, `${this.#base}/lineage/${id}?${query.join('&')}`)
  }

  /** @param limit how many to name */
  affected(id: string, limit: number): Promise<AffectedAnswer> {
    return this.rpc.json(AffectedAnswer, `${this.#base}/lineage/${id}/affected?limit=${limit}`)
  }

  participants(id: string): Promise<ParticipantsAnswer> {
    return this.rpc.json(ParticipantsAnswer, `${this.#base}/lineage/${id}/participants`)
  }

  diff(a: string, b: string): Promise<DiffAnswer> {
    return this.rpc.json(DiffAnswer, `${this.#base}/lineage/${a}/diff/${b}`)
  }

  /** Everything that was said and done about an artefact. */
  story(id: string): Promise<StoryAnswer> {
    return this.rpc.json(StoryAnswer, `${this.#base}/artefacts/${id}/story`)
  }

  /** The phases of a model, in the order of the ledger. */
  phases(id: string): Promise<PhasesAnswer> {
    return this.rpc.json(PhasesAnswer, `${this.#base}/artefacts/${id}/phases`)
  }

  /**
   * Recalls, advisories and answers that touch an artefact or its ancestors.
   *
   * @param from the organisations whose advisories count; those of all where it is left out
   */
  flags(id: string, from?: readonly string[]): Promise<FlagsAnswer> {
    const query = from === undefined ? '' : `?from=${from.join(',')}`
    return this.rpc.json(FlagsAnswer, `${this.#base}/artefacts/${id}/flags${query}`)
  }

  /** Who registered content of this digest, the first before the others. */
  registrations(digest: string): Promise<RegistrationsAnswer> {
    const path = `${this.#base}/contents/${digest}/registrations`
    return this.rpc.json(RegistrationsAnswer, path)
  }

  recall(id: string): Promise<RecallAnswer> {
    return this.rpc.json(RecallAnswer, `${this.#base}/recalls/${id}`)
  }

  recalls(
    page: { readonly after?: string; readonly limit: number },
    current: boolean,
  ): Promise<RecallList> {
    const path = `${this.#base}/recalls?${pageQuery(page)}&current=${current}`
    return this.rpc.json(RecallList, path)
  }

  advisory(id: string): Promise<AdvisoryAnswer> {
    return this.rpc.json(AdvisoryAnswer, `${this.#base}/advisories/${id}`)
  }

  advisories(page: { readonly after?: string; readonly limit: number }): Promise<AdvisoryList> {
    return this.rpc.json(AdvisoryList, `${this.#base}/advisories?${pageQuery(page)}`)
  }

  affectedBy(advisory: string): Promise<ImpactAnswer> {
    return this.rpc.json(ImpactAnswer, `${this.#base}/advisories/${advisory}/affected`)
  }

  /** Server-sent events, from now on; a node that says nothing for so long is lost. */
  events(quietMsMax: number): Promise<IncomingMessage> {
    return this.rpc.stream(`${this.#base}/events`, { quietMsMax })
  }

  /** @param block height or block id */
  block(block: string): Promise<BlockAnswer> {
    return this.rpc.json(BlockAnswer, `${this.#base}/blocks/${block}`)
  }

  /** @param reach with all ancestors; with everything that was said of it */
  receipt(
    id: string,
    { ancestors, full }: { readonly ancestors: boolean; readonly full: boolean },
  ): Promise<Uint8Array> {
    const path = `${this.#base}/receipts/${id}?ancestors=${ancestors}&full=${full}`
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

  /** The files of a directory, joined. @param first place in the manifest of the first of them */
  contents(id: string, first: number): Promise<IncomingMessage> {
    return this.rpc.stream(`${this.#base}/artefacts/${id}/contents?first=${first}`)
  }
}

function pageQuery(page: { readonly after?: string; readonly limit: number }): string {
  const after = page.after === undefined ? {} : { after: page.after }
  return new URLSearchParams({ limit: String(page.limit), ...after }).toString()
}
