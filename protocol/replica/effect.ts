import type { Evidence } from '../consensus/evidence.ts'
import type { Digest } from '../digest.ts'
import type { Guard, SignatureCheck, Write } from '../ports.ts'
import type { Rejection, Verdict } from '../rejection.ts'
import type { GossipTopic, ReplicaTimer } from './input.ts'

/** Everything that a replica asks of the world. The driver runs effects in the order given. */
export type ReplicaEffect =
  /** To one member's direct stream. */
  | { readonly kind: 'send'; readonly to: number; readonly bytes: Uint8Array }
  /** To every other member's direct stream. */
  | { readonly kind: 'broadcast'; readonly bytes: Uint8Array }
  | { readonly kind: 'gossip'; readonly topic: GossipTopic; readonly bytes: Uint8Array }
  | { readonly kind: 'gossip-verdict'; readonly ref: number; readonly verdict: Verdict | 'accept' }
  /**
   * Check signatures; answered by `verified` with as many results, in order. What is not urgent may wait
   * for all that is: members may forward as many records as they like.
   */
  | {
      readonly kind: 'verify'
      readonly job: number
      readonly checks: readonly SignatureCheck[]
      readonly urgent: boolean
    }
  /** Append to the write-ahead log, buffered (W1). */
  | { readonly kind: 'log'; readonly entry: Uint8Array }
  /** One barrier: all logged entries, then the guard, both synced; answered by `persisted` (decisions/0001). */
  | { readonly kind: 'persist'; readonly job: number; readonly guard: Guard }
  /** One atomic, synced batch (W6); then a new log whose header names `height + 1`; answered by `committed`. */
  | {
      readonly kind: 'commit'
      readonly height: number
      readonly writes: readonly Write[]
      readonly block: CommittedBlock
    }
  | { readonly kind: 'timer'; readonly timer: ReplicaTimer; readonly ms: number }
  /** Ask for `resume` once other inputs had their turn. */
  | { readonly kind: 'yield' }
  | { readonly kind: 'answer'; readonly ref: number; readonly answer: SubmitAnswer }
  /** A record that was pending here will never be committed, or was. */
  | { readonly kind: 'settled'; readonly record: Digest; readonly outcome: Outcome }
  /** For the operator: evidence against someone, or a disagreement about the state. */
  | { readonly kind: 'accuse'; readonly evidence: Evidence }
  | {
      readonly kind: 'alarm'
      readonly alarm: 'state-root-mismatch' | 'two-commit-proofs'
      readonly detail: string
    }

/** `admitted` promises nothing: a record is acknowledged once it is committed and durable here. */
export type SubmitAnswer =
  | { readonly status: 'admitted' | 'pending'; readonly record: Digest }
  | { readonly status: 'committed'; readonly record: Digest; readonly height: number }
  | { readonly status: 'refused'; readonly rejection: Rejection }

export type Outcome =
  | { readonly status: 'committed'; readonly height: number }
  | { readonly status: 'expired' }
  | { readonly status: 'refused'; readonly rejection: Rejection }

export interface CommittedBlock {
  readonly height: number
  readonly id: Digest
  readonly timeMs: number
  readonly view: number
  readonly records: readonly Digest[]
}
