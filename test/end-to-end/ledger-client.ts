import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { openHome, rpcSocketOf } from '../../cli/home/home.ts'
import type { BlockAnswer } from '../../protocol/api/blocks.ts'
import type { RecordAnswer } from '../../protocol/api/records.ts'
import type { ChainStatus } from '../../protocol/api/status.ts'

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Longer than anything takes on a busy machine; what waits so long has hung. */
export const PATIENCE_MS = 60_000
const POLL_MS = 50

/** Asks again and again until there is something. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await sleep(POLL_MS)
  }
}

/** The local API of one home's node, raw: what the command line would never send can be sent as well. */
export class LedgerClient {
  readonly #socket: string
  readonly #chain: string

  private constructor(socket: string, chain: string) {
    this.#socket = socket
    this.#chain = `/v1/chains/${chain}`
  }

  static async ofHome(home: string, chain: string): Promise<LedgerClient> {
    return new LedgerClient(rpcSocketOf(await openHome(home)), chain)
  }

  submit(envelope: Uint8Array): Promise<Answer> {
    return this.ask('POST', '/records', envelope)
  }

  /** Asks for the chain's resource; whatever is answered is handed back. Throws when nobody answers. */
  async ask(method: 'GET' | 'POST', path: string, body?: Uint8Array): Promise<Answer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    return new Promise((resolve, reject) => {
      const asked = request(
        { socketPath: this.#socket, path: this.#chain + path, method, headers, agent: false },
        (response) => {
          text(response)
            .then((said) => ({
              status: response.statusCode ?? 0,
              body: JSON.parse(said) as Answer['body'],
            }))
            .then(resolve, reject)
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  }

  async status(): Promise<ChainStatus> {
    return (await this.ask('GET', '/status')).body as ChainStatus
  }

  async block(height: number): Promise<BlockAnswer> {
    return (await this.ask('GET', `/blocks/${height}`)).body as BlockAnswer
  }

  async record(id: string, waitMs = 0): Promise<RecordAnswer> {
    return (await this.ask('GET', `/records/${id}?waitMs=${waitMs}`)).body as RecordAnswer
  }

  /** Until the record is committed and durable here. */
  async committed(id: string): Promise<number> {
    return until(`${id} is committed`, async () => (await this.record(id, 2_000)).height)
  }

  async reaches(height: number): Promise<void> {
    await until(`height ${height}`, async () =>
      (await this.status()).height >= height ? true : undefined,
    )
  }

  /** Ids of all blocks, from the first. */
  async blockIds(): Promise<readonly string[]> {
    const { height } = await this.status()
    const ids: string[] = []
    for (let at = 1; at <= height; at++) ids.push((await this.block(at)).id)
    return ids
  }

  /** Ids of all records, in the order of the ledger. */
  async recordIds(): Promise<readonly string[]> {
    const { height } = await this.status()
    const ids: string[] = []
    for (let at = 1; at <= height; at++) ids.push(...(await this.block(at)).records)
    return ids
  }
}
