import type { ReplicaTimer } from '../../protocol/replica/input.ts'

/** The timers of one replica: one for each name, and a new one replaces it. */
export class ReplicaTimers {
  readonly #fire: (timer: ReplicaTimer) => void
  readonly #running = new Map<ReplicaTimer['name'], () => void>()

  constructor(fire: (timer: ReplicaTimer) => void) {
    this.#fire = fire
  }

  /** @param ms 0 fires in the next turn of the event loop: a timeout would take a millisecond */
  start(timer: ReplicaTimer, ms: number): void {
    this.#running.get(timer.name)?.()
    this.#running.set(
      timer.name,
      after(ms, () => {
        this.#running.delete(timer.name)
        this.#fire(timer)
      }),
    )
  }

  stop(): void {
    for (const cancel of this.#running.values()) cancel()
    this.#running.clear()
  }
}

function after(ms: number, action: () => void): () => void {
  if (ms <= 0) {
    const immediate = setImmediate(action)
    return () => clearImmediate(immediate)
  }
  const timeout = setTimeout(action, ms)
  return () => clearTimeout(timeout)
}
