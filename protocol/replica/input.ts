import type { TimerName } from '../consensus/input.ts'

export type GossipTopic = 'records' | 'blocks'

/** Everything that the world tells a replica. Bytes are within their size limit, and nothing more is known of them. */
export type ReplicaInput =
  /** Once, after construction. */
  | { readonly kind: 'start' }
  /** A frame on the direct stream of a member (wire/message.ts). */
  | { readonly kind: 'frame'; readonly from: number; readonly bytes: Uint8Array }
  /** A gossip message, to be answered with one `gossip-verdict` of the same `ref`. */
  | {
      readonly kind: 'gossip'
      readonly ref: number
      readonly from: number
      readonly topic: GossipTopic
      readonly bytes: Uint8Array
    }
  /** A record from a local client, answered with one `answer` of the same `ref`. */
  | { readonly kind: 'submit'; readonly ref: number; readonly envelope: Uint8Array }
  | { readonly kind: 'verified'; readonly job: number; readonly results: readonly boolean[] }
  | { readonly kind: 'persisted'; readonly job: number }
  | { readonly kind: 'committed'; readonly height: number }
  | { readonly kind: 'timer'; readonly timer: ReplicaTimer }
  /** The next slice of bounded work. */
  | { readonly kind: 'resume' }
  /** The direct stream of a member came up or went down. */
  | { readonly kind: 'peer'; readonly member: number; readonly connected: boolean }

/** Timers are plain values: the driver hands back the one that fired. A timer replaces an earlier one of the same `name`. */
export type ReplicaTimer =
  | { readonly name: TimerName; readonly height: number; readonly view: number }
  | { readonly name: 'heartbeat'; readonly height: number }
  | { readonly name: 'gossip-flush' }
  | { readonly name: 'catch-up'; readonly attempt: number }
