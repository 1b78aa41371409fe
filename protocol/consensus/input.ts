import type { Digest } from '../digest.ts'
import type { ConsensusMessage, Vote } from './message.ts'

/** Everything that can move the machine of one height. Each is one line of the write-ahead log. */
export type ConsensusInput =
  /** There is something to decide: a record, evidence, or the heartbeat (R0). */
  | { readonly kind: 'work' }
  /** An authentic message; for a PRE-PREPARE with what timeliness needs (R2). */
  | {
      readonly kind: 'message'
      readonly message: ConsensusMessage
      /** Wall clock at receipt. */
      readonly receivedMs: number
      /** Header time of the proposed block; 0 for votes. */
      readonly blockTimeMs: number
    }
  /** Authentic votes that count as one: a polka, or the proof that justified entering a view. */
  | { readonly kind: 'bundle'; readonly votes: readonly Vote[] }
  /** The body of a block is here and was executed: it is valid on its parent, or it is not. */
  | { readonly kind: 'checked'; readonly block: Digest; readonly valid: boolean }
  /** The block that a `build` effect asked for. It is valid. */
  | {
      readonly kind: 'built'
      readonly view: number
      readonly block: Digest
      readonly blockTimeMs: number
    }
  | { readonly kind: 'timeout'; readonly timer: TimerName; readonly view: number }

/** propose = TP, prepare = TR, commit = TC of consensus rules R1, R4, R7; rebroadcast = R11. */
export type TimerName = 'propose' | 'prepare' | 'commit' | 'rebroadcast'
