/**
 * A seeded stream of numbers (sfc32). Everything that an invented world leaves to chance is drawn
 * from one of these, so its seed is the whole story.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1
  readonly #name: string

  /** @param name seed and purpose; equal names give equal streams */
  constructor(name: string) {
    this.#name = name
    const hash = wordHasher(name)
    this.#a = hash()
    this.#b = hash()
    this.#c = hash()
    for (let i = 0; i < 12; i++) this.word()
  }

  /** An independent stream: drawing from it moves no other. */
  fork(purpose: string): Random {
    return new Random(`${this.#name}/${purpose}`)
  }

  /** An unsigned 32-bit integer. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** In [0, 1). */
  fraction(): number {
    return this.word() / 4_294_967_296
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound)
  }

  /** An integer in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** @param items not empty */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.fraction())
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = shuffled[i] as T
      shuffled[i] = shuffled[j] as T
      shuffled[j] = kept
    }
    return shuffled
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() & 0xff)
  }
}

/** FNV-1a over the name, then one well-mixed word at each call. */
function wordHasher(name: string): () => number {
  let state = 0x811c9dc5
  for (let i = 0; i < name.length; i++) {
    state = Math.imul(state ^ name.charCodeAt(i), 0x01000193)
  }
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) | 0
  }
}
