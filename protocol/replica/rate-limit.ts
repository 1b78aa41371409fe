/** A token bucket for each key: how much of something one peer may ask in a while. */
export class RateLimit {
  readonly #perSecond: number
  readonly #burst: number
  readonly #buckets = new Map<number, { tokens: number; atMs: number }>()

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond
    this.#burst = burst
  }

  /** Takes `cost` tokens of `key`; false when it has not that many. A clock that steps back refills nothing. */
  take(key: number, cost: number, nowMs: number): boolean {
    const tokens = this.#tokens(key, nowMs)
    const granted = tokens >= cost
    this.#buckets.set(key, { tokens: granted ? tokens - cost : tokens, atMs: nowMs })
    return granted
  }

  /** Takes what is only known to have been spent afterwards: `key` may be left in debt. */
  charge(key: number, cost: number, nowMs: number): void {
    this.#buckets.set(key, { tokens: this.#tokens(key, nowMs) - cost, atMs: nowMs })
  }

  #tokens(key: number, nowMs: number): number {
    const bucket = this.#buckets.get(key)
    if (bucket === undefined) return this.#burst
    const refill = (Math.max(0, nowMs - bucket.atMs) * this.#perSecond) / 1_000
    return Math.min(this.#burst, bucket.tokens + refill)
  }
}
