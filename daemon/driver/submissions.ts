import type { Digest } from '../../protocol/digest.ts'
import { SETTLE_WAITERS_MAX, SUBMISSIONS_MAX } from '../../protocol/limits.ts'
import { refuse } from '../../protocol/rejection.ts'
import type { Outcome, SubmitAnswer } from '../../protocol/replica/effect.ts'

interface Pending {
  readonly resolve: (answer: SubmitAnswer) => void
  readonly reject: (error: Error) => void
}

/** Ends of records that are remembered for those who ask late. */
const OUTCOMES_MAX = 10_000

/** Clients and what they wait for: the answer to a submission, then the end of a record. */
export class Submissions {
  readonly #pending = new Map<number, Pending>()
  readonly #waiters = new Map<Digest, Set<(outcome: Outcome | undefined) => void>>()
  readonly #outcomes = new Map<Digest, Outcome>()
  #waiting = 0
  #nextRef = 1

  /** @param submit gives the record to the replica under a reference */
  submit(submit: (ref: number) => void): Promise<SubmitAnswer> {
    if (this.#pending.size >= SUBMISSIONS_MAX) {
      const rejection = refuse(
        'rate-limited',
        `${SUBMISSIONS_MAX} submissions wait for their answer`,
      )
      return Promise.resolve({ status: 'refused', rejection })
    }
    const ref = this.#nextRef++
    return new Promise((resolve, reject) => {
      this.#pending.set(ref, { resolve, reject })
      submit(ref)
    })
  }

  answer(ref: number, answer: SubmitAnswer): void {
    // Once more on its way: how it ended before is no longer how it ends.
    if (answer.status === 'admitted') this.#outcomes.delete(answer.record)
    this.#pending.get(ref)?.resolve(answer)
    this.#pending.delete(ref)
  }

  /** The end of a record that was submitted here, as far as it is remembered. */
  outcomeOf(record: Digest): Outcome | undefined {
    return this.#outcomes.get(record)
  }

  settle(record: Digest, outcome: Outcome): void {
    this.#outcomes.delete(record)
    this.#outcomes.set(record, outcome)
    if (this.#outcomes.size > OUTCOMES_MAX) {
      const [oldest] = this.#outcomes.keys()
      if (oldest !== undefined) this.#outcomes.delete(oldest)
    }
    this.release(record, outcome)
  }

  /** Tells those who wait for it, and remembers nothing: what is committed stands in the store. */
  release(record: Digest, outcome: Outcome): void {
    for (const resolve of this.#waiters.get(record) ?? []) resolve(outcome)
  }

  /** @returns undefined after `ms`, or when too many wait already */
  wait(record: Digest, ms: number): Promise<Outcome | undefined> {
    if (this.#waiting >= SETTLE_WAITERS_MAX) return Promise.resolve(undefined)
    this.#waiting++
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(record) ?? new Set()
      this.#waiters.set(record, waiters)
      const finish = (outcome: Outcome | undefined) => {
        clearTimeout(timeout)
        this.#waiting--
        waiters.delete(finish)
        if (waiters.size === 0) this.#waiters.delete(record)
        resolve(outcome)
      }
      const timeout = setTimeout(finish, ms, undefined)
      waiters.add(finish)
    })
  }

  /** Nothing will be answered any more. */
  abandon(reason: Error): void {
    for (const { reject } of this.#pending.values()) reject(reason)
    this.#pending.clear()
    for (const waiters of this.#waiters.values()) {
      for (const finish of waiters) finish(undefined)
    }
  }
}
