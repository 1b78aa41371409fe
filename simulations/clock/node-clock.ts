import type { EventQueue } from './event-queue.ts'

/** Virtual worlds begin at this moment, ms since the Unix epoch. */
export const WORLD_EPOCH_MS = 1_800_000_000_000

/** One node's clocks: a wall clock that is off and drifts, and timers that drift with it. */
export class NodeClock {
  readonly #queue: EventQueue
  /** Parts of one: 0.01 gains 10 ms a second. */
  readonly #drift: number
  #offsetMs: number

  constructor(queue: EventQueue, offsetMs: number, drift: number) {
    this.#queue = queue
    this.#offsetMs = offsetMs
    this.#drift = drift
  }

  /** Whole ms since the Unix epoch, as this node believes. */
  wallMs(): number {
    return Math.floor(WORLD_EPOCH_MS + this.#offsetMs + this.#queue.nowMs * (1 + this.#drift))
  }

  /** The clock is set, forwards or back. */
  step(ms: number): void {
    this.#offsetMs += ms
  }

  get offsetMs(): number {
    return this.#offsetMs
  }

  after(ms: number, action: () => void): void {
    this.#queue.after(ms / (1 + this.#drift), action)
  }
}
