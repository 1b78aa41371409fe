import type { EventQueue } from './clock/event-queue.ts'

/** What happened in one world: a readable line for each event that matters, and a hash of them all. */
export class Story {
  readonly #queue: EventQueue
  readonly #lines: string[] = []
  readonly #echo: ((line: string) => void) | undefined
  #low = 0x811c9dc5
  #high = 0x1b873593

  /** @param echo called with each line as it happens */
  constructor(queue: EventQueue, echo?: (line: string) => void) {
    this.#queue = queue
    this.#echo = echo
  }

  tell(who: string, what: string): void {
    const line = `${this.#queue.nowMs.toFixed(1).padStart(10)} ${who.padEnd(7)} ${what}`
    this.#lines.push(line)
    this.trace(line)
    this.#echo?.(line)
  }

  /** Counts towards the hash only: every delivery and step, too many to read. */
  trace(detail: string): void {
    for (let i = 0; i < detail.length; i++) {
      const code = detail.charCodeAt(i)
      this.#low = Math.imul(this.#low ^ code, 0x01000193)
      this.#high = Math.imul(this.#high ^ code, 0x85ebca6b) ^ (this.#high >>> 13)
    }
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  tail(count: number): readonly string[] {
    return this.#lines.slice(-count)
  }

  /** Equal for two runs exactly when the same things happened at the same moments. */
  get hash(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0')
    return hex(this.#high) + hex(this.#low)
  }
}
