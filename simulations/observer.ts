import type { Digest } from '../protocol/digest.ts'
import type { ReplicaEffect } from '../protocol/replica/effect.ts'
import type { ReplicaStatus } from '../protocol/replica/replica.ts'
import type { Outgoing } from './byzantine/actor.ts'
import type { Disk } from './disk.ts'

/** What an onlooker may know of a node. */
export interface Observed {
  readonly place: number
  readonly member: number
  readonly name: string
  /** Lies, or shares its key with another: nothing it does counts as a broken rule. */
  readonly faulty: boolean
  readonly disk: Disk
  /** Verify jobs that are not answered yet. */
  readonly verifying: number
  status(): ReplicaStatus | undefined
}

/** Someone who sees everything that happens in a world: the invariants, the clients, the story. */
export interface Observer {
  started?(node: Observed): void
  stopped?(node: Observed): void
  /** The node's key has just signed these bytes. */
  signed?(node: Observed, signable: Uint8Array): void
  /** The replica asks for this; it has not been done yet. */
  effect?(node: Observed, effect: ReplicaEffect): void
  /** A message goes onto the network. */
  left?(node: Observed, message: Outgoing): void
  /** All effects of one input were done. */
  stepped?(node: Observed): void
  /** The block of this height is durable on the node. */
  durable?(node: Observed, height: number, block: Digest): void
}
