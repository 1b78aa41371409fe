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
