import type { ConsensusMessage } from './message.ts'

/**
 * A proof that someone broke a rule, checkable by anyone who holds the committee or the author's
 * key. Two conflicting signed statements, never an opinion.
 */
export type Evidence =
  /** Two different messages of one kind by one member for one (height, view). */
  | {
      readonly kind: 'equivocation'
      readonly first: ConsensusMessage
      readonly second: ConsensusMessage
    }
  /**
   * A member committed `commit.block` and later prepared another block whose justification is older
   * than that lock.
   */
  | {
      readonly kind: 'amnesia'
      readonly commit: ConsensusMessage
      readonly prepare: ConsensusMessage
    }
  /** Two different records by one author with one nonce, as envelope bytes. */
  | { readonly kind: 'nonce-reuse'; readonly first: Uint8Array; readonly second: Uint8Array }
