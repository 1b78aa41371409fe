interface Event {
  readonly atMs: number
  readonly sequence: number
  readonly action: () => void
}

/**
 * Virtual time: events in the order of their moment, and of their creation within one moment. Idle
 * time costs nothing.
 */
export class EventQueue {
  readonly #heap: Event[] = []
  #sequence = 0
  #nowMs = 0

  /** Virtual ms since the world began. */
  get nowMs(): number {
    return this.#nowMs
  }

  after(ms: number, action: () => void): void {
    const atMs = this.#nowMs + Math.max(0, ms)
    this.#heap.push({ atMs, sequence: this.#sequence++, action })
    this.#rise(this.#heap.length - 1)
  }

  /** Lets so much time go by that nothing happens in. */
  idleUntil(ms: number): void {
    const nextMs = this.#heap[0]?.atMs ?? ms
    this.#nowMs = Math.max(this.#nowMs, Math.min(ms, nextMs))
  }

  /** Whether something is left that happens before this moment. */
  hasEventBefore(ms: number): boolean {
    const first = this.#heap[0]
    return first !== undefined && first.atMs < ms
  }

  /** Moves time to the next event and runs it; false when nothing is left to happen. */
  runNext(): boolean {
    const first = this.#heap[0]
    if (first === undefined) return false
    const last = this.#heap.pop() as Event
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    this.#nowMs = first.atMs
    first.action()
    return true
  }

  #rise(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfEarlier(at, parent)) return
      at = parent
    }
  }

  #sink(from: number): void {
    let at = from
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.#heap.length) return
      const right = left + 1
      const child = right < this.#heap.length && this.#earlier(right, left) ? right : left
      if (!this.#swapIfEarlier(child, at)) return
      at = child
    }
  }

  #earlier(i: number, j: number): boolean {
    const a = this.#heap[i] as Event
    const b = this.#heap[j] as Event
    return a.atMs === b.atMs ? a.sequence < b.sequence : a.atMs < b.atMs
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    if (!this.#earlier(child, parent)) return false
    const moved = this.#heap[child] as Event
    this.#heap[child] = this.#heap[parent] as Event
    this.#heap[parent] = moved
    return true
  }
}
