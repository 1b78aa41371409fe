import type { CommitProof } from '../chain/commit-proof.ts'
import type { PrePrepare, Vote } from '../consensus/message.ts'
import type { Digest } from '../digest.ts'

/**
 * Everything that crosses a direct stream of one chain. One frame is one message: u8 tag, then the
 * fields in fixed layout (SPEC.md, "Wire"). Nothing in it is trusted for having come from a peer.
 */
export type WireMessage =
  | { readonly kind: 'vote'; readonly vote: Vote }
  /** A PRE-PREPARE with the block it speaks of, and the polka that justifies proposing it again. */
  | {
      readonly kind: 'proposal'
      readonly prePrepare: PrePrepare
      readonly header: Uint8Array
      readonly body: Uint8Array
      readonly justification: readonly Vote[]
    }
  | { readonly kind: 'bundle'; readonly votes: readonly Vote[] }
  /** A record that the sender admitted. Batches travel by gossip; this is for a member that lacks it. */
  | { readonly kind: 'records'; readonly envelopes: readonly Uint8Array[] }
  /** What the sender has decided last: a claim that only its proof supports. */
  | { readonly kind: 'tip'; readonly header: Uint8Array; readonly proof: CommitProof }
  | { readonly kind: 'get-blocks'; readonly from: number; readonly to: number }
  /** One decided block. */
  | {
      readonly kind: 'block'
      readonly header: Uint8Array
      readonly body: Uint8Array
      readonly proof: CommitProof
    }
  | { readonly kind: 'no-block'; readonly height: number }
  /** For a block that is proposed or committed but whose body never came. */
  | { readonly kind: 'get-proposal'; readonly height: number; readonly block: Digest }
  | {
      readonly kind: 'proposed-block'
      readonly header: Uint8Array
      readonly body: Uint8Array
    }
