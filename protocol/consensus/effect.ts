import type { CommitProof } from '../chain/commit-proof.ts'
import type { Digest } from '../digest.ts'
import type { Evidence } from './evidence.ts'
import type { TimerName } from './input.ts'
import type { ConsensusMessage, Draft, Vote } from './message.ts'

/** What the machine of one height wants done. The replica persists before it signs, and signs before it sends. */
export type ConsensusEffect =
  /**
   * Make durable, sign, send to the committee, and feed back as an own `message`. A PRE-PREPARE for
   * an earlier prepared block carries its polka as `justification`.
   */
  | { readonly kind: 'say'; readonly draft: Draft; readonly justification: readonly Vote[] }
  /** Build a block for this view and answer with `built`. */
  | { readonly kind: 'build'; readonly view: number }
  /** Get the body of a block that others hold, and answer with `checked`. */
  | { readonly kind: 'fetch'; readonly block: Digest; readonly from: readonly number[] }
  | {
      readonly kind: 'timer'
      readonly timer: TimerName
      readonly view: number
      readonly ms: number
    }
  /** R11: what helps the others along. `proposal` is the PRE-PREPARE held for the current view. */
  | {
      readonly kind: 'rebroadcast'
      readonly messages: readonly ConsensusMessage[]
      readonly bundles: readonly (readonly Vote[])[]
    }
  | { readonly kind: 'decide'; readonly proof: CommitProof }
  | { readonly kind: 'accuse'; readonly evidence: Evidence }
