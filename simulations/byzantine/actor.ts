import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { ConsensusMessage, Draft } from '../../protocol/consensus/message.ts'
import type { Reader } from '../../protocol/ports.ts'
import type { Channel } from '../network.ts'
import type { Random } from '../random.ts'

/** One message from a faulty node to one member. */
export interface Outgoing {
  readonly to: number
  readonly channel: Channel
  readonly bytes: Uint8Array
  /** Held back by so many virtual ms. */
  readonly delayMs: number
}

/** What a faulty member has in its hands: its own key and store, and nobody else's. */
export interface ActorTools {
  readonly self: number
  readonly members: number
  readonly genesis: Genesis
  readonly random: Random
  readonly reader: Reader
  /** Signs anything with this member's own key: no guard. */
  sign(draft: Draft): ConsensusMessage
  /** Sends at once, not rewritten any more. */
  send(message: Outgoing): void
}

/**
 * A way to lie. It sits between an unchanged node and the network; the node itself believes that
 * it is honest.
 */
export interface Actor {
  readonly name: string
  /** What is sent instead of this message. */
  rewrite(message: Outgoing): readonly Outgoing[]
  /** False keeps a message from the node behind. */
  hears?(from: number, channel: Channel, bytes: Uint8Array): boolean
}

export type MakeActor = (tools: ActorTools) => Actor
