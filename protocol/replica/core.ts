import type { Body } from '../chain/body.ts'
import type { CommitProof } from '../chain/commit-proof.ts'
import type { Genesis } from '../chain/genesis.ts'
import type { Header } from '../chain/header.ts'
import type { LogFrontier } from '../chain/log.ts'
import type { BlockContext } from '../chain/verify-block.ts'
import type { Evidence } from '../consensus/evidence.ts'
import type { ConsensusMessage, Draft, Vote } from '../consensus/message.ts'
import type { CommitHistory } from '../consensus/proposer.ts'
import type { HeightState } from '../consensus/state.ts'
import type { Digest } from '../digest.ts'
import type { Guard, Reader, SignatureCheck, Signer, Write } from '../ports.ts'
import type { LedgerRecord } from '../records/record.ts'
import type { Execution } from './blocks/execution.ts'
import type { BoundedMap } from './bounded-map.ts'
import type { CatchUp } from './catch-up/catch-up.ts'
import type { Outstanding } from './catch-up/outstanding.ts'
import type { ReplicaEffect } from './effect.ts'
import type { Pool } from './pool/pool.ts'
import type { RateLimit } from './rate-limit.ts'

/** The last block that is decided and durable here; at height 0 it is genesis. */
export interface Head {
  readonly height: number
  /** Block id; the chain id at height 0. */
  readonly id: Digest
  readonly timeMs: number
  readonly log: LogFrontier
  /** Null only at height 0. */
  readonly proof: CommitProof | null
  readonly proposers: readonly CommitHistory[]
}

/** A block that may be decided at the present height. */
export interface Candidate {
  readonly id: Digest
  readonly headerBytes: Uint8Array
  readonly bodyBytes: Uint8Array
  readonly header: Header
  state: 'checking' | 'valid' | 'invalid'
  /** Known once it is valid. */
  executed: ExecutedBlock | null
}

/** A proposal whose body nobody looked into yet. */
export interface ProposedBlock {
  readonly block: Digest
  readonly header: Uint8Array
  readonly body: Uint8Array
}

/** What committing a block changes. */
export interface ExecutedBlock {
  readonly body: Body
  readonly records: readonly LedgerRecord[]
  readonly writes: readonly Write[]
  readonly log: LogFrontier
}

/** All that is forgotten when a height is decided: heights are communication-closed. */
export interface HeightWork {
  readonly height: number
  readonly machine: HeightState
  readonly candidates: Map<Digest, Candidate>
  /**
   * By leader: the last proposal of a view that is not the present one. Its body is checked when its view
   * comes, or when a quorum voted for it: the leader of many views makes nobody check many bodies.
   */
  readonly unchecked: Map<number, ProposedBlock>
  /** Authentic messages seen at this height, so that a repeated one costs no second verification. */
  readonly seen: BoundedMap<string, true>
  /** By member: messages of far views that told where it is. */
  readonly farMessages: Map<number, number>
  /** Blocks that were asked for: only these are taken from whoever answers. */
  readonly wanted: Set<Digest>
  /** The quorum proof, from the moment it is held until the block is durable. */
  decided: CommitProof | null
  committing: boolean
  /** The machine was told that there is something to decide. */
  workTold: boolean
  heartbeatDue: boolean
}

/** Work that waits for an answer from the world. */
export type Job =
  | { readonly kind: 'records'; readonly batch: RecordBatch }
  | {
      readonly kind: 'messages'
      readonly messages: readonly ConsensusMessage[]
      readonly proposal: ProposalParts | null
      readonly bundle: boolean
    }
  | {
      readonly kind: 'body'
      readonly height: number
      readonly block: Digest
      readonly execution: Execution
    }
  | { readonly kind: 'tip'; readonly from: number; readonly proof: CommitProof }
  | {
      readonly kind: 'decided-block'
      readonly from: number
      readonly height: number
      readonly header: Uint8Array
      readonly body: Uint8Array
      readonly proof: CommitProof
    }
  | { readonly kind: 'say'; readonly sayings: readonly Saying[] }

/** Records that arrived together, from a client, from gossip or from a member's stream. */
export interface RecordBatch {
  readonly source:
    | { readonly kind: 'client'; readonly ref: number }
    | { readonly kind: 'gossip'; readonly ref: number; readonly rejected: boolean }
    | { readonly kind: 'member' }
  readonly records: readonly { readonly record: LedgerRecord; readonly organisation: string }[]
}

export interface ProposalParts {
  readonly header: Uint8Array
  readonly body: Uint8Array
  readonly blockTimeMs: number
  readonly justification: readonly Vote[]
}

/** An own message on its way: persisted, then signed, then sent. */
export interface Saying {
  readonly draft: Draft
  readonly signable: Uint8Array
  readonly justification: readonly Vote[]
}

/** The whole state of one node on one chain. */
export interface Core {
  readonly genesis: Genesis
  /** Index in the committee; null for a follower. */
  readonly self: number | null
  readonly reader: Reader
  readonly signer: Signer | null
  /** Heights up to this one are not signed: their log is lost, so their locks may be too (W9). */
  abstainThrough: number
  nowMs: number
  effects: ReplicaEffect[]
  head: Head
  work: HeightWork
  guard: Guard | null
  /** Own messages, one barrier at a time; the first `sayingInFlight` of them are being persisted. */
  sayings: Saying[]
  sayingInFlight: boolean
  readonly jobs: Map<number, Job>
  nextJob: number
  readonly pool: Pool
  /** Records whose signature was checked, by envelope digest. */
  readonly known: BoundedMap<Digest, LedgerRecord>
  readonly evidence: Map<Digest, Evidence>
  readonly executions: Execution[]
  yielded: boolean
  readonly connected: Set<number>
  /** Consensus frames of the next height, kept until it opens. */
  future: { readonly from: number; readonly bytes: Uint8Array }[]
  readonly catchUp: CatchUp
  readonly outbox: Uint8Array[]
  gossipFlushing: boolean
  readonly limits: {
    readonly records: RateLimit
    readonly recordBytes: RateLimit
    readonly consensus: RateLimit
    readonly served: RateLimit
    readonly tips: RateLimit
  }
  /** What the members wait to have checked here. */
  readonly outstanding: {
    readonly messages: Outstanding
    readonly records: Outstanding
    readonly recordBytes: Outstanding
  }
  expiryCheckedMs: number
}

/** Asks for signature checks; the answer comes back as a `verified` input that finishes the job. @returns its number */
export function verifyThen(core: Core, checks: readonly SignatureCheck[], job: Job): number {
  const number = core.nextJob++
  core.jobs.set(number, job)
  const urgent = job.kind !== 'records' || job.batch.source.kind === 'client'
  core.effects.push({ kind: 'verify', job: number, checks, urgent })
  return number
}

export function chainOf(core: Core): Digest {
  return core.genesis.chain
}

/** What a block of the present height is checked against. */
export function blockContext(core: Core): BlockContext {
  return { genesis: core.genesis, committee: core.genesis.committee, parent: core.head }
}
