import { VERIFY_SLICE_CHECKS } from '../../protocol/limits.ts'
import type { SignatureCheck, VerifySignature } from '../../protocol/ports.ts'

/** Gives the results of one job, in the order of its checks. */
export type OnVerified = (job: number, results: readonly boolean[]) => void

interface Job {
  readonly job: number
  readonly checks: readonly SignatureCheck[]
  readonly results: boolean[]
}

/** What the other jobs get of a slice at least, however many small ones come. */
const LARGE_SHARE_CHECKS = VERIFY_SLICE_CHECKS / 4

/**
 * Checks signatures on the one thread, a slice at a time. A check takes a tenth of a millisecond, as
 * long as handing it to another thread and back would, and a block may carry a thousand. Jobs of at
 * most one slice (votes, proposals, a client's record) go ahead of bodies, and those ahead of what members
 * forward, which has no end when a member floods us.
 */
export class SignatureQueue {
  readonly #verify: VerifySignature
  readonly #onVerified: OnVerified
  #small: Job[] = []
  #large: Job[] = []
  #patient: Job[] = []
  #waiting = 0

  /** @param onVerified is called for each job once */
  constructor(verify: VerifySignature, onVerified: OnVerified) {
    this.#verify = verify
    this.#onVerified = onVerified
  }

  /** Checks that are still to be done. */
  get waiting(): number {
    return this.#waiting
  }

  get idle(): boolean {
    return this.#small.length + this.#large.length + this.#patient.length === 0
  }

  /** @param urgent false for what may wait until nothing else is to be checked */
  add(job: number, checks: readonly SignatureCheck[], urgent = true): void {
    const size = checks.length <= VERIFY_SLICE_CHECKS ? this.#small : this.#large
    const lane = urgent ? size : this.#patient
    lane.push({ job, checks, results: [] })
    this.#waiting += checks.length
  }

  /** One slice. @returns false when there was nothing to do */
  runSmall(): boolean {
    return this.#run(this.#small, VERIFY_SLICE_CHECKS)
  }

  /** One slice, or a share of one while small jobs wait. @returns false when there was nothing to do */
  runLarge(): boolean {
    const checksMax = this.#small.length > 0 ? LARGE_SHARE_CHECKS : VERIFY_SLICE_CHECKS
    return this.#run(this.#large, checksMax) || this.#run(this.#patient, checksMax)
  }

  clear(): void {
    this.#small = []
    this.#large = []
    this.#patient = []
    this.#waiting = 0
  }

  #run(lane: Job[], checksMax: number): boolean {
    const worked = lane.length > 0
    for (let left = checksMax; left > 0; ) {
      const job = lane[0]
      if (job === undefined) break
      left -= Math.max(1, this.#advance(job, left))
      if (job.results.length < job.checks.length) continue
      lane.shift()
      this.#onVerified(job.job, job.results)
    }
    return worked
  }

  #advance({ checks, results }: Job, checksMax: number): number {
    const next = checks.slice(results.length, results.length + checksMax)
    for (const check of next) results.push(this.#verify(check))
    this.#waiting -= next.length
    return next.length
  }
}
