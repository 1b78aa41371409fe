import type { Digest } from '../protocol/digest.ts'
import type { ReplicaEffect } from '../protocol/replica/effect.ts'
import type { EventQueue } from './clock/event-queue.ts'
import { WORLD_EPOCH_MS } from './clock/node-clock.ts'
import type { InventedNetwork, Person } from './invented-network.ts'
import { type Invention, Inventor } from './inventor.ts'
import type { SimulatedNode } from './node.ts'
import type { Observed, Observer } from './observer.ts'
import type { Random } from './random.ts'
import { type Signing, signRejoin } from './records.ts'
import type { SignatureScheme } from './signatures.ts'
import type { Story } from './story.ts'

export interface WorkloadPlan {
  readonly intervalMeanMs: number
  readonly lifetimeMinMs: number
  readonly lifetimeMaxMs: number
}

export interface WorkloadParts {
  readonly plan: WorkloadPlan
  readonly queue: EventQueue
  readonly random: Random
  readonly story: Story
  readonly network: InventedNetwork
  readonly scheme: SignatureScheme
  readonly nodes: readonly SimulatedNode[]
}

/** One record's way, as its author sees it. */
export interface Submission extends Invention {
  outcome: 'pending' | 'committed' | 'expired' | 'refused'
  /** Where it was committed. */
  height: number
  attempts: number
}

const RETRY_MS = 5_000
const RESUBMIT_MEAN_MS = 300

/**
 * People who certify: each record goes to a random node, and the same bytes go to another when that
 * one crashes or stays silent. Nothing is signed twice.
 */
export class Workload implements Observer {
  readonly #parts: WorkloadParts
  readonly submissions: Submission[] = []
  readonly #byRecord = new Map<Digest, Submission>()
  readonly #asked = new Map<number, { readonly submission: Submission; readonly place: number }>()
  readonly #nonces = new Map<string, number>()
  readonly #inventor: Inventor
  #nextRef = 1
  #open = true

  constructor(parts: WorkloadParts) {
    this.#parts = parts
    const { random, network } = parts
    const signing = (author: Person) => this.#signing(author)
    this.#inventor = new Inventor({ random, network, signing })
  }

  /** Submits at random moments until `stop`. */
  begin(): void {
    const { queue, random, plan } = this.#parts
    queue.after(random.exponential(plan.intervalMeanMs), () => {
      if (!this.#open) return
      this.submitOne()
      this.begin()
    })
  }

  stop(): void {
    this.#open = false
  }

  get pending(): readonly Submission[] {
    return this.submissions.filter(({ outcome }) => outcome === 'pending')
  }

  get acknowledged(): readonly Submission[] {
    return this.submissions.filter(({ outcome }) => outcome === 'committed')
  }

  submitOne(): Submission {
    return this.#begin(
      this.#inventor.next(`artefact-${this.submissions.length}`, this.acknowledged),
    )
  }

  /** The admin of a member lets its node sign again. */
  letSign(member: number, nonce: Digest): void {
    const { admins, consensusKeys } = this.#parts.network
    const [admin, key] = [admins[member], consensusKeys[member]]
    if (admin === undefined || key === undefined) return
    const record = signRejoin(this.#signing(admin), key, nonce)
    this.#begin({ record, kind: 'other', what: `the rejoin of n${member}` })
  }

  #begin(invention: Invention): Submission {
    const what = `${invention.what} (${invention.record.id.slice(0, 8)})`
    const submission: Submission = {
      ...invention,
      what,
      outcome: 'pending',
      height: 0,
      attempts: 0,
    }
    this.submissions.push(submission)
    this.#byRecord.set(submission.record.id, submission)
    this.#submit(submission)
    return submission
  }

  effect(node: Observed, effect: ReplicaEffect): void {
    if (effect.kind === 'answer') {
      const asked = this.#asked.get(effect.ref)
      this.#asked.delete(effect.ref)
      if (asked === undefined || node.faulty) return
      const { answer } = effect
      if (answer.status === 'committed')
        this.#settle(node, asked.submission, 'committed', answer.height)
      if (answer.status === 'refused')
        this.#refused(node, asked.submission, answer.rejection.rejected)
    }
    if (effect.kind === 'settled' && !node.faulty) {
      const submission = this.#byRecord.get(effect.record)
      if (submission === undefined) return
      const { outcome } = effect
      this.#settle(
        node,
        submission,
        outcome.status,
        outcome.status === 'committed' ? outcome.height : 0,
      )
    }
  }

  /** Whoever had asked a node that died asks another. */
  stopped(node: Observed): void {
    for (const [ref, { submission, place }] of this.#asked) {
      if (place !== node.place) continue
      this.#asked.delete(ref)
      this.#retry(submission, this.#parts.random.exponential(RESUBMIT_MEAN_MS))
    }
  }

  /** A refusal by one node says what that node knows: only what no later block can mend is final. */
  #refused(node: Observed, submission: Submission, code: string): void {
    const final = code === 'illegal-transition' || code === 'nonce-used'
    const lapsed = code === 'expired' && this.#lapsed(submission)
    if (submission.outcome !== 'pending') return
    this.#parts.story.tell(
      'client',
      `hears from ${node.name} that ${submission.what} is refused: ${code}`,
    )
    if (final || lapsed) submission.outcome = lapsed ? 'expired' : 'refused'
  }

  #lapsed(submission: Submission): boolean {
    const graceMs = 60_000
    return WORLD_EPOCH_MS + this.#parts.queue.nowMs > submission.record.expires + graceMs
  }

  #settle(
    node: Observed,
    submission: Submission,
    outcome: Submission['outcome'],
    height: number,
  ): void {
    if (submission.outcome === 'committed') return
    submission.outcome = outcome
    submission.height = height
    const at = outcome === 'committed' ? ` at height ${height}` : ''
    this.#parts.story.tell('client', `learns from ${node.name}: ${submission.what} ${outcome}${at}`)
  }

  #submit(submission: Submission): void {
    if (submission.outcome !== 'pending') return
    const { nodes, random, story } = this.#parts
    const awake = nodes.filter(({ alive }) => alive)
    if (awake.length > 0) {
      const node = random.pick(awake)
      const ref = this.#nextRef++
      this.#asked.set(ref, { submission, place: node.place })
      story.tell('client', `submits ${submission.what} to ${node.name}`)
      node.input({ kind: 'submit', ref, envelope: submission.record.envelope })
    }
    this.#retry(submission, RETRY_MS)
  }

  #retry(submission: Submission, ms: number): void {
    const attempt = ++submission.attempts
    this.#parts.queue.after(ms, () => {
      if (attempt === submission.attempts) this.#submit(submission)
    })
  }

  #signing(author: Person): Signing {
    const { network, scheme, queue, random, plan } = this.#parts
    const nonce = this.#nonces.get(author.did) ?? 1
    this.#nonces.set(author.did, nonce + 1)
    const lifetimeMs = random.between(plan.lifetimeMinMs, plan.lifetimeMaxMs)
    const expires = Math.floor(WORLD_EPOCH_MS + queue.nowMs + lifetimeMs)
    return { chain: network.genesis.chain, scheme, author, nonce, expires }
  }
}
