import type { Reader, VerifySignature } from '../../protocol/ports.ts'
import type { Verdict } from '../../protocol/rejection.ts'
import type { GossipTopic } from '../../protocol/replica/input.ts'
import type { Replica } from '../../protocol/replica/replica.ts'
import type { Log } from '../log.ts'
import type { ChainMetrics } from '../metrics.ts'
import type { ChainFiles } from './barriers.ts'

/** Where a replica's words go. Nothing here waits: what cannot leave now is queued or dropped. */
export interface ReplicaNetwork {
  send(to: number, bytes: Uint8Array): void
  broadcast(bytes: Uint8Array): void
  gossip(topic: GossipTopic, bytes: Uint8Array): void
  gossipVerdict(ref: number, verdict: Verdict | 'accept'): void
}

/** A gossip message that waits for its verdict under `ref`. */
export interface HeardGossip {
  readonly ref: number
  readonly from: number
  readonly topic: GossipTopic
  readonly bytes: Uint8Array
}

/** What the driver counts. */
export type DriverMetrics = Pick<
  ChainMetrics,
  'blockCommitted' | 'pool' | 'view' | 'step' | 'fsync' | 'signaturesVerified'
>

export interface DriverOptions {
  readonly replica: Replica
  readonly files: ChainFiles & { readonly store: Reader }
  readonly network: ReplicaNetwork
  readonly verify: VerifySignature
  readonly metrics: DriverMetrics
  readonly log: Log
  /** A write or a sync failed: the process must end now, for what is on disk is unknown (W7). */
  readonly fatal: (error: Error) => void
}

/** The chain broke one of its own invariants and stands still. */
export class ChainHaltedError extends Error {
  override readonly name = 'ChainHaltedError'
  readonly code = 'chain-halted'
}

export class NodeStoppingError extends Error {
  override readonly name = 'NodeStoppingError'
  readonly code = 'node-stopping'
}
