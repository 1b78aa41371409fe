import type { Digest } from '../digest.ts'

/** Where and when a record belongs: in every predicate. */
export interface LedgerFields {
  readonly chain: Digest
  /** did:key of the one signer. */
  readonly author: string
  readonly nonce: number
  /** Ledger time, ms since the Unix epoch, from which the record may no longer be committed. */
  readonly expires: number
}
