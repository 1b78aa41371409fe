import type { CommitProof } from './commit-proof.ts'
import type { Evidence } from '../consensus/evidence.ts'

/** What a header's `bodyHash` covers. */
export interface Body {
  /** Envelope bytes, in ledger order. */
  readonly envelopes: readonly Uint8Array[]
  readonly evidence: readonly Evidence[]
  /** Proof of the block before; null only in block 1. */
  readonly lastProof: CommitProof | null
}
