import type { Digest } from '../digest.ts'
import type { RecordType } from '../records/statement.ts'
import { type LedgerView, readCommitted } from './read-record.ts'

/** One committed record: where it is, whose it is, and its exact bytes. */
export interface RecordView {
  readonly id: Digest
  readonly type: RecordType
  readonly organisation: string
  /** did:key */
  readonly author: string
  /** Name under which the author's key is registered. */
  readonly signer: string
  readonly height: number
  readonly indexInBlock: number
  readonly logIndex: number
  readonly timeMs: number
  readonly envelope: Uint8Array
}

/** @returns undefined for an id that is not on the ledger */
export function recordView(ledger: LedgerView, id: Digest): RecordView | undefined {
  const found = readCommitted(ledger, id)
  if (found === undefined) return undefined
  const { record, position, author } = found
  return {
    id,
    type: record.type,
    organisation: author.organisation,
    author: record.ledger.author,
    signer: author.name,
    ...position,
    envelope: record.envelope,
  }
}
