import { randomBytes } from 'node:crypto'
import { DIGEST_BYTES, type Digest } from '../../protocol/digest.ts'
import type { Guard, Reader } from '../../protocol/ports.ts'
import { stateView } from '../../protocol/queries/read-record.ts'
import { guardAfterRejoin } from '../../protocol/replica/durability/rejoining.ts'
import type { Log } from '../log.ts'

export interface RejoinOptions {
  readonly store: Reader
  readonly guard: { revive(guard: Guard): Promise<void> }
  /** did:key */
  readonly consensusKey: string
  readonly log: Log
  readonly fatal: (error: Error) => void
}

/**
 * W11: a node whose signing guard is lost waits for a record of its organisation that names the nonce
 * of this process, and then begins a new guard. It signs when it is started again.
 */
export class Rejoin {
  /** Lives in memory alone: out of a backup it would let a key sign where it has signed before. */
  readonly nonce = randomBytes(DIGEST_BYTES).toString('hex') as Digest
  readonly #options: RejoinOptions
  #hasBegun = false
  #signsFrom: number | undefined
  #written: Promise<void> = Promise.resolve()

  constructor(options: RejoinOptions) {
    this.#options = options
  }

  /** The first height at which the node signs, once it is started again; undefined while it waits. */
  get signsFrom(): number | undefined {
    return this.#signsFrom
  }

  /** Looks whether the record has come. After every block. */
  look(): void {
    if (this.#hasBegun) return
    const { store, consensusKey } = this.#options
    const guard = guardAfterRejoin(stateView(store), consensusKey, this.nonce)
    if (guard === undefined) return
    this.#hasBegun = true
    this.#written = this.#begin(guard)
  }

  /** Waits for what is being written. */
  settled(): Promise<void> {
    return this.#written
  }

  async #begin(begun: Guard): Promise<void> {
    const { guard, log, fatal } = this.#options
    try {
      await guard.revive(begun)
      this.#signsFrom = begun.height
      log.info({ height: begun.height }, 'rejoined: started again, this node signs from here on')
    } catch (error) {
      fatal(error as Error)
    }
  }
}
