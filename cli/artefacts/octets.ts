import type { IncomingMessage } from 'node:http'
import { connectionError } from '../rpc/http-exchange.ts'

/** Cuts an answer into pieces whose lengths the reader knows. */
export class Octets {
  readonly #parts: AsyncIterator<Buffer>
  readonly #socket: string
  #held: Buffer = Buffer.alloc(0)

  /** @param socket of the node that answers, for a person */
  constructor(answer: IncomingMessage, socket: string) {
    this.#parts = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    this.#socket = socket
  }

  /**
   * The next bytes, as they come: fewer only where the answer ends before.
   *
   * @throws CliError `node-lost` when it breaks off
   */
  async *take(bytes: number): AsyncGenerator<Buffer> {
    let missing = bytes
    while (missing > 0) {
      if (this.#held.length === 0 && !(await this.#more())) return
      const part = this.#held.subarray(0, missing)
      this.#held = this.#held.subarray(part.length)
      missing -= part.length
      yield part
    }
  }

  async #more(): Promise<boolean> {
    try {
      const next = await this.#parts.next()
      if (next.done !== true) this.#held = next.value
      return next.done !== true
    } catch (error) {
      throw connectionError(this.#socket, error)
    }
  }
}
