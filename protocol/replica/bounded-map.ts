/** A map that forgets its oldest entries when it has too many, or when together they weigh too much. */
export class BoundedMap<K, V> {
  readonly #max: number
  readonly #weights: { readonly max: number; readonly of: (value: V) => number }
  readonly #entries = new Map<K, V>()
  #weight = 0

  constructor(
    max: number,
    weights: { readonly max: number; readonly of: (value: V) => number } = WEIGHTLESS,
  ) {
    this.#max = max
    this.#weights = weights
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  set(key: K, value: V): void {
    this.delete(key)
    this.#entries.set(key, value)
    this.#weight += this.#weights.of(value)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#max && this.#weight <= this.#weights.max) return
      this.delete(oldest)
    }
  }

  delete(key: K): void {
    const value = this.#entries.get(key)
    if (value === undefined || !this.#entries.delete(key)) return
    this.#weight -= this.#weights.of(value)
  }
}

const WEIGHTLESS = { max: 0, of: () => 0 }
