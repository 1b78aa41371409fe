import { assertNever } from '../../protocol/assert.ts'
import type { Digest } from '../../protocol/digest.ts'
import { VERIFY_JOBS_MAX } from '../../protocol/limits.ts'
import { refuse } from '../../protocol/rejection.ts'
import { decodePosition } from '../../protocol/replica/blocks/record-position.ts'
import type {
  CommittedBlock,
  Outcome,
  ReplicaEffect,
  SubmitAnswer,
} from '../../protocol/replica/effect.ts'
import type { ReplicaInput } from '../../protocol/replica/input.ts'
import type { ReplicaStatus } from '../../protocol/replica/replica.ts'
import { storageKey } from '../../protocol/storage-keys.ts'
import { StorageError } from '../storage/storage-error.ts'
import { Barriers } from './barriers.ts'
import { ChainEvents, type ChainListener } from './chain-events.ts'
import {
  ChainHaltedError,
  type DriverOptions,
  type HeardGossip,
  NodeStoppingError,
} from './driver-options.ts'
import { Inbox } from './inbox.ts'
import { ReplicaTimers } from './replica-timers.ts'
import { SignatureQueue } from './signature-queue.ts'
import { Submissions } from './submissions.ts'

/** After so long the sockets and the local API get their turn. */
const TURN_MS_MAX = 4

/**
 * Drives one replica: takes an input, lets it step, runs its effects in order, and brings their
 * results back as inputs. Nothing is decided here.
 */
export class ReplicaDriver {
  readonly #options: DriverOptions
  readonly #events: ChainEvents
  readonly #timers: ReplicaTimers
  readonly #barriers: Barriers
  readonly #signatures: SignatureQueue
  readonly #submissions = new Submissions()
  readonly #inbox = new Inbox()
  readonly #writes = new Set<Promise<void>>()
  #committing: CommittedBlock | undefined
  #turn: NodeJS.Immediate | undefined
  #resume: NodeJS.Immediate | undefined
  #working = false
  #ended: Error | undefined

  constructor(options: DriverOptions) {
    const { files, log, metrics, verify } = options
    this.#options = options
    this.#events = new ChainEvents((error) => log.error({ err: error }, 'a listener failed'))
    this.#timers = new ReplicaTimers((timer) => this.#give({ kind: 'timer', timer }))
    this.#barriers = new Barriers(files, metrics)
    this.#signatures = new SignatureQueue(verify, (job, results) => {
      metrics.signaturesVerified(results.length)
      this.#give({ kind: 'verified', job, results })
    })
  }

  /** Once: what the log held is taken up, and the replica speaks. */
  start(): void {
    this.#give({ kind: 'start' })
  }

  /** Waits for writes under way; whoever waits for an answer is told that none will come. */
  async stop(): Promise<void> {
    this.#end(new NodeStoppingError('the node is stopping'))
    await Promise.allSettled(this.#writes)
  }

  status(): ReplicaStatus {
    const status = this.#options.replica.status()
    return this.halted === undefined ? status : { ...status, maySign: false }
  }

  /** Why the chain stands still; undefined while it does not. */
  get halted(): ChainHaltedError | undefined {
    return this.#ended instanceof ChainHaltedError ? this.#ended : undefined
  }

  /** @returns stops listening */
  listen(listener: ChainListener): () => void {
    return this.#events.listen(listener)
  }

  /** A frame from a member's direct stream. Dropped when too much waits: what matters is said again. */
  frame(from: number, bytes: Uint8Array): void {
    if (this.#inbox.hasRoomFor(from)) this.#give({ kind: 'frame', from, bytes })
  }

  peer(member: number, connected: boolean): void {
    this.#give({ kind: 'peer', member, connected })
  }

  /** Answered by one gossipVerdict of its ref. */
  gossip(message: HeardGossip): void {
    if (this.#ended !== undefined || this.#overloaded) {
      this.#options.network.gossipVerdict(message.ref, 'ignore')
    } else this.#give({ kind: 'gossip', ...message })
  }

  /** @throws ChainHaltedError, NodeStoppingError */
  async submit(envelope: Uint8Array): Promise<SubmitAnswer> {
    if (this.#ended !== undefined) throw this.#ended
    if (this.#overloaded) {
      return {
        status: 'refused',
        rejection: refuse('pool-full', 'too much waits to be checked here'),
      }
    }
    return this.#submissions.submit((ref) => this.#give({ kind: 'submit', ref, envelope }))
  }

  /**
   * How the life of a record ended: from the store when it is committed, from memory when it was
   * submitted here and expired or was refused.
   */
  outcomeOf(record: Digest): Outcome | undefined {
    const position = this.#options.files.store.get(storageKey.record(record))
    if (position === undefined) return this.#submissions.outcomeOf(record)
    return { status: 'committed', height: decodePosition(position).height }
  }

  /** @returns the end of a record, or undefined when it did not come within `ms` */
  async waitSettled(record: Digest, ms: number): Promise<Outcome | undefined> {
    const known = this.outcomeOf(record)
    return known ?? (this.#ended === undefined ? this.#submissions.wait(record, ms) : undefined)
  }

  get #overloaded(): boolean {
    return this.#inbox.full || this.#signatures.waiting >= VERIFY_JOBS_MAX
  }

  /** An input that arises while effects run waits until they are through; else it is taken at once. */
  #give(input: ReplicaInput): void {
    if (this.#ended !== undefined) return
    this.#inbox.push(input)
    if (!this.#working && this.#turn === undefined) this.#work()
  }

  /** Takes inputs until none is left or the turn is over. Small verifications go along, large ones in slices. */
  #work(): void {
    this.#working = true
    const untilMs = performance.now() + TURN_MS_MAX
    try {
      do this.#stepAll(untilMs)
      while (this.#signatures.runSmall() && performance.now() < untilMs)
      this.#signatures.runLarge()
    } catch (error) {
      this.#fail(error)
    }
    this.#working = false
    if (this.#inbox.length === 0 && this.#signatures.idle) return
    this.#turn = setImmediate(() => {
      this.#turn = undefined
      this.#work()
    })
  }

  #stepAll(untilMs: number): void {
    do {
      const input = this.#inbox.shift()
      if (input === undefined) return
      this.#step(input)
    } while (performance.now() < untilMs)
  }

  #step(input: ReplicaInput): void {
    const { replica, metrics } = this.#options
    const startMs = performance.now()
    if (input.kind === 'committed') this.#barriers.reveal()
    const effects = replica.step(input, Date.now())
    metrics.step((performance.now() - startMs) / 1_000)
    if (input.kind === 'committed') this.#announce()
    for (const effect of effects) {
      if (this.#ended !== undefined) return
      this.#run(effect)
    }
  }

  #run(effect: ReplicaEffect): void {
    const { network } = this.#options
    switch (effect.kind) {
      case 'send':
        return network.send(effect.to, effect.bytes)
      case 'broadcast':
        return network.broadcast(effect.bytes)
      case 'gossip':
        return network.gossip(effect.topic, effect.bytes)
      case 'gossip-verdict':
        return network.gossipVerdict(effect.ref, effect.verdict)
      case 'verify':
        return this.#signatures.add(effect.job, effect.checks, effect.urgent)
      case 'log':
        return this.#barriers.log(effect.entry)
      case 'persist':
        return this.#write(this.#barriers.persist(effect.guard), {
          kind: 'persisted',
          job: effect.job,
        })
      case 'commit':
        this.#committing = effect.block
        return this.#write(this.#barriers.commit(effect.height, effect.writes), {
          kind: 'committed',
          height: effect.height,
        })
      case 'timer':
        return this.#timers.start(effect.timer, effect.ms)
      case 'yield':
        this.#resume = setImmediate(() => this.#give({ kind: 'resume' }))
        return
      case 'answer':
        return this.#submissions.answer(effect.ref, effect.answer)
      case 'settled':
        this.#submissions.settle(effect.record, effect.outcome)
        return this.#events.tell(effect)
      case 'accuse':
      case 'alarm':
        return this.#events.tell(effect)
      default:
        return assertNever(effect)
    }
  }

  #write(write: Promise<void>, done: ReplicaInput): void {
    const handled = write.then(
      () => this.#give(done),
      (error: unknown) => this.#fail(error),
    )
    this.#writes.add(handled)
    void handled.finally(() => this.#writes.delete(handled))
  }

  /** The block is durable and the replica knows of it: so may everyone else. */
  #announce(): void {
    const block = this.#committing
    if (block === undefined) return
    this.#committing = undefined
    const { height, records } = block
    const { metrics } = this.#options
    const { view, poolRecords, poolBytes } = this.status()
    metrics.blockCommitted({ height, records: records.length })
    metrics.view(Math.max(0, view))
    metrics.pool(poolRecords, poolBytes)
    for (const record of records) this.#submissions.release(record, { status: 'committed', height })
    this.#events.tell({ kind: 'block', block })
  }

  /** The disk failing ends the process; anything else is a bug, and ends this chain alone. */
  #fail(error: unknown): void {
    if (this.#ended !== undefined && !(error instanceof StorageError)) return
    const { log, fatal } = this.#options
    if (error instanceof StorageError) {
      this.#end(error)
      return fatal(error)
    }
    const reason = error instanceof Error ? error.message : String(error)
    log.fatal({ err: error }, 'a bug: the chain stands still until the node is started again')
    this.#end(new ChainHaltedError(reason, { cause: error }))
    this.#events.tell({ kind: 'halted', reason })
  }

  #end(reason: Error): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    this.#timers.stop()
    this.#signatures.clear()
    this.#inbox.clear()
    clearImmediate(this.#turn)
    clearImmediate(this.#resume)
    this.#submissions.abandon(reason)
  }
}
