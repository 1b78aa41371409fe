import { setImmediate } from 'node:timers/promises'
import {
  HASH_AT_SIGHT_BYTES_MAX,
  HASH_CONCURRENT,
  OUTSIDE_HASH_BYTES_MAX,
  OUTSIDE_HASH_TOTAL_BYTES_MAX,
} from '../bounds.ts'
import type { BytePath } from '../byte-path.ts'
import { sightOf } from './hash-sight.ts'
import { realPath } from './places.ts'
import { lookAt } from './stamp.ts'
import type { TrackedFile } from './tracked-file.ts'

type Lane = 'small' | 'large' | 'outside'

interface Waiting {
  readonly key: BytePath
  readonly file: TrackedFile
}

/** Larger ones wait until the small ones are done: those are more likely to be gone soon. */
const SMALL_BYTES = 1_048_576
const SMALL_IN_A_ROW = 16

/**
 * Hashes inputs while the command runs, some at a time; the newest first, which is in use now. It holds
 * no more than the ledger of files does.
 */
export class HashQueue {
  readonly #waiting: Readonly<Record<Lane, Waiting[]>> = { small: [], large: [], outside: [] }
  readonly #signal: AbortSignal
  #outsideBytes = 0
  #running = 0
  #hashed = 0
  #isHeld = false
  #whenIdle: (() => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  add(key: BytePath, file: TrackedFile, isOutside: boolean): void {
    this.#waiting[isOutside ? 'outside' : 'small'].push({ key, file })
    this.#start()
  }

  /** Starts nothing more and waits for what runs: the rest is hashed when all is over. */
  async hold(): Promise<void> {
    this.#isHeld = true
    if (this.#running === 0) return
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve
    })
  }

  /** Goes on until nothing waits. */
  async drain(): Promise<void> {
    this.#isHeld = false
    this.#start()
    if (this.#running === 0) return
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve
    })
  }

  #start(): void {
    while (!this.#isHeld && this.#running < HASH_CONCURRENT) {
      const lane = (['small', 'large', 'outside'] as const).find(
        (name) => this.#waiting[name].length > 0,
      )
      const next = lane && this.#waiting[lane].pop()
      if (lane === undefined || next === undefined) break
      this.#running++
      void this.#hash(lane, next).then(() => {
        this.#running--
        this.#start()
      })
    }
    if (this.#running === 0) this.#whenIdle?.()
  }

  async #hash(lane: Lane, waiting: Waiting): Promise<void> {
    const { key, file } = waiting
    file.real ??= realPath(key)
    const path = file.real
    const bytes = Number(lookAt(path, false)?.size ?? 0n)
    if (lane === 'small' && bytes > SMALL_BYTES) {
      if (bytes <= HASH_AT_SIGHT_BYTES_MAX) this.#waiting.large.push(waiting)
      return
    }
    const bytesMax = lane === 'outside' ? this.#outsideMax() : HASH_AT_SIGHT_BYTES_MAX
    // Small files are hashed without waiting: all else gets its turn in between.
    if (++this.#hashed % SMALL_IN_A_ROW === 0) await setImmediate()
    const sight = await sightOf(path, { signal: this.#signal, bytesMax })
    if (lane === 'outside') this.#outsideBytes += sight.hashed?.bytes ?? 0
    file.sight = sight
  }

  #outsideMax(): number {
    return Math.min(OUTSIDE_HASH_BYTES_MAX, OUTSIDE_HASH_TOTAL_BYTES_MAX - this.#outsideBytes)
  }
}
