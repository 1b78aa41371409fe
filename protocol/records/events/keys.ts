import type { Digest } from '../../digest.ts'
import type { LedgerFields } from '../ledger-fields.ts'

/** An organisation's admin key registers a person or a data source. Subject: SHA-256 of the raw key. */
export interface KeyPredicate {
  readonly ledger: LedgerFields
  readonly key: {
    readonly did: string
    readonly class: 'person' | 'source'
    readonly name: string
    /** Base64 signature over keyPossessionSignable(organisation, class, did). */
    readonly possession: string
  }
}

/**
 * An organisation's admin says that its node, which lost what it remembers of its signing, may sign again
 * after this record. Subject: SHA-256 of the raw consensus key.
 */
export interface RejoinPredicate {
  readonly ledger: LedgerFields
  /** did:key of the node's consensus key. */
  readonly consensusKey: string
  /** 256 bits that the node drew after the loss: nobody could have signed this record before. */
  readonly nonce: Digest
}
