import { assert, assertNever } from '../assert.ts'
import type { Genesis } from '../chain/genesis.ts'
import type { Digest } from '../digest.ts'
import {
  CONSENSUS_CHECKS_WAITING_MAX,
  CONSENSUS_MESSAGES_BURST,
  CONSENSUS_MESSAGES_PER_SECOND,
  FORWARDED_BURST_BYTES,
  FORWARDED_BYTES_PER_SECOND,
  FORWARDED_RECORDS_BURST,
  FORWARDED_RECORDS_PER_SECOND,
  FORWARDED_RECORDS_WAITING_MAX,
  FORWARDED_WAITING_BYTES_MAX,
  RECORD_CACHE_BYTES_MAX,
  RECORD_CACHE_MAX,
  SERVED_BURST_BYTES,
  SERVED_BYTES_PER_SECOND,
  TIPS_BURST,
  TIPS_PER_SECOND,
} from '../limits.ts'
import type { Guard, Reader, Signer } from '../ports.ts'
import { isRejection } from '../rejection.ts'
import { decodeRecordBatch } from '../wire/gossip.ts'
import { finishBodySignatures } from './blocks/checking.ts'
import { onCommitted, sendTip } from './blocks/deciding.ts'
import { onResume } from './blocks/executing.ts'
import { BoundedMap } from './bounded-map.ts'
import {
  finishDecidedBlock,
  finishTip,
  idleCatchUp,
  onCatchUpTimer,
  onGossipedTip,
  onPeerBack,
  onPeerLost,
} from './catch-up/catch-up.ts'
import { Outstanding } from './catch-up/outstanding.ts'
import { feed } from './consensus-link.ts'
import type { Core, Job } from './core.ts'
import { abstainThrough, recover } from './durability/recovery.ts'
import type { ReplicaEffect } from './effect.ts'
import { finishMessages, onFrame } from './frames.ts'
import { newHeight, onHeartbeat, startHeartbeat } from './heights.ts'
import type { ReplicaInput, ReplicaTimer } from './input.ts'
import { readHead } from './ledger.ts'
import { finishRecords, onForwardedRecords, onSubmit } from './pool/admission.ts'
import { flushGossip } from './pool/gossip.ts'
import { Pool } from './pool/pool.ts'
import { resendOwnRecords } from './pool/rebroadcasting.ts'
import { RateLimit } from './rate-limit.ts'
import { finishSayings } from './saying.ts'
import { announceWork } from './working.ts'

/** One node on one chain: a synchronous state machine. The same inputs give the same effects. */
export interface Replica {
  /**
   * @param nowMs wall clock, ms since the Unix epoch
   * @returns what is to be done, in this order
   * @throws InvariantError when this software has a bug; the chain must then stop
   */
  step(input: ReplicaInput, nowMs: number): readonly ReplicaEffect[]
  status(): ReplicaStatus
}

export interface ReplicaOptions {
  readonly genesis: Genesis
  /** Index in the committee; null for a follower. */
  readonly self: number | null
  /** Null in no-sign mode. */
  readonly signer: Signer | null
  readonly reader: Reader
  /** Entries of the write-ahead log of the height after the head; empty when there are none. */
  readonly log: readonly Uint8Array[]
  readonly guard: Guard | null
}

export interface ReplicaStatus {
  readonly height: number
  readonly headId: Digest
  readonly headTimeMs: number
  /** Present view of the height after the head; 0 also when there is nothing to decide. */
  readonly view: number
  /** Committee index of the leader of that view. */
  readonly leader: number
  readonly poolRecords: number
  readonly poolBytes: number
  /** Committee indices whose stream is up. */
  readonly connected: readonly number[]
  /** The greatest height that a valid proof vouches for. */
  readonly targetHeight: number
  /** False in no-sign mode, and while the log of a signed height is lost. */
  readonly maySign: boolean
}

export function createReplica(options: ReplicaOptions): Replica {
  const core = createCore(options)
  let log = options.log
  let broken = false
  return {
    step(input, nowMs) {
      assert(!broken, 'a replica that broke an invariant takes no further step')
      core.nowMs = nowMs
      core.effects = []
      broken = true
      if (input.kind === 'start') {
        start(core, log)
        log = []
      } else handle(core, input)
      broken = false
      return core.effects
    },
    status: () => statusOf(core),
  }
}

function createCore(options: ReplicaOptions): Core {
  const { genesis, self, signer, reader, guard } = options
  const head = readHead(reader, genesis)
  const base = {
    genesis,
    self,
    signer,
    head,
    abstainThrough: abstainThrough(guard, options.log, head.height + 1),
  }
  return {
    ...base,
    reader,
    guard,
    nowMs: 0,
    effects: [],
    work: newHeight(base),
    sayings: [],
    sayingInFlight: false,
    jobs: new Map(),
    nextJob: 1,
    pool: new Pool(),
    known: new BoundedMap(RECORD_CACHE_MAX, {
      max: RECORD_CACHE_BYTES_MAX,
      of: ({ envelope }) => envelope.length,
    }),
    evidence: new Map(),
    executions: [],
    yielded: false,
    connected: new Set(),
    future: [],
    catchUp: idleCatchUp(),
    outbox: [],
    gossipFlushing: false,
    limits: {
      records: new RateLimit(FORWARDED_RECORDS_PER_SECOND, FORWARDED_RECORDS_BURST),
      recordBytes: new RateLimit(FORWARDED_BYTES_PER_SECOND, FORWARDED_BURST_BYTES),
      consensus: new RateLimit(CONSENSUS_MESSAGES_PER_SECOND, CONSENSUS_MESSAGES_BURST),
      served: new RateLimit(SERVED_BYTES_PER_SECOND, SERVED_BURST_BYTES),
      tips: new RateLimit(TIPS_PER_SECOND, TIPS_BURST),
    },
    outstanding: {
      messages: new Outstanding(CONSENSUS_CHECKS_WAITING_MAX),
      records: new Outstanding(FORWARDED_RECORDS_WAITING_MAX),
      recordBytes: new Outstanding(FORWARDED_WAITING_BYTES_MAX),
    },
    expiryCheckedMs: 0,
  }
}

function start(core: Core, log: readonly Uint8Array[]): void {
  startHeartbeat(core)
  recover(core, log)
}

function handle(core: Core, input: Exclude<ReplicaInput, { kind: 'start' }>): void {
  switch (input.kind) {
    case 'frame':
      return onFrame(core, input.from, input.bytes)
    case 'gossip':
      return onGossip(core, input)
    case 'submit':
      return onSubmit(core, input.ref, input.envelope)
    case 'verified':
      return onVerified(core, input.job, input.results)
    case 'persisted':
      return onPersisted(core, input.job)
    case 'committed':
      return onCommitted(core, input.height)
    case 'timer':
      return onTimer(core, input.timer)
    case 'resume':
      return onResume(core)
    case 'peer':
      return onPeer(core, input.member, input.connected)
    default:
      return assertNever(input)
  }
}

function onGossip(
  core: Core,
  { ref, from, topic, bytes }: Extract<ReplicaInput, { kind: 'gossip' }>,
): void {
  if (topic === 'blocks') return onGossipedTip(core, from, ref, bytes)
  const envelopes = decodeRecordBatch(bytes)
  if (isRejection(envelopes)) core.effects.push({ kind: 'gossip-verdict', ref, verdict: 'reject' })
  else onForwardedRecords(core, from, envelopes, ref)
}

function takeJob(core: Core, number: number): Job {
  const job = core.jobs.get(number)
  assert(job !== undefined, `job ${number} is answered once`)
  core.jobs.delete(number)
  for (const outstanding of Object.values(core.outstanding)) outstanding.end(number)
  return job
}

function onVerified(core: Core, number: number, results: readonly boolean[]): void {
  const job = takeJob(core, number)
  switch (job.kind) {
    case 'records':
      return finishRecords(core, job.batch, results)
    case 'messages':
      return finishMessages(core, job, results)
    case 'body':
      return finishBodySignatures(core, job, results)
    case 'tip':
      return finishTip(core, job, results)
    case 'decided-block':
      return finishDecidedBlock(core, job, results)
    case 'say':
      return assert(false, 'a saying is persisted, not verified')
    default:
      return assertNever(job)
  }
}

function onPersisted(core: Core, number: number): void {
  const job = takeJob(core, number)
  assert(job.kind === 'say', 'only sayings are persisted')
  finishSayings(core, job.sayings)
}

function onTimer(core: Core, timer: ReplicaTimer): void {
  switch (timer.name) {
    case 'propose':
    case 'prepare':
    case 'commit':
    case 'rebroadcast':
      if (timer.height === core.work.height)
        feed(core, { kind: 'timeout', timer: timer.name, view: timer.view })
      return
    case 'heartbeat':
      return onHeartbeat(core, timer.height)
    case 'gossip-flush':
      return flushGossip(core)
    case 'catch-up':
      return onCatchUpTimer(core, timer.attempt)
    default:
      return assertNever(timer)
  }
}

/** A member that comes back learns what we decided, and what our clients wait for. */
function onPeer(core: Core, member: number, connected: boolean): void {
  if (!connected) {
    core.connected.delete(member)
    return onPeerLost(core, member)
  }
  core.connected.add(member)
  sendTip(core, member)
  resendOwnRecords(core, member)
  onPeerBack(core)
  announceWork(core)
}

function statusOf(core: Core): ReplicaStatus {
  const view = Math.max(0, core.work.machine.view)
  return {
    height: core.head.height,
    headId: core.head.id,
    headTimeMs: core.head.timeMs,
    view,
    leader: core.work.machine.context.proposer(view),
    poolRecords: core.pool.size,
    poolBytes: core.pool.bytes,
    connected: [...core.connected].sort((a, b) => a - b),
    targetHeight: Math.max(core.head.height, core.catchUp.target),
    maySign: core.signer !== null && core.work.height > core.abstainThrough,
  }
}
