import type { Digest } from '../digest.ts'
import type { LedgerRecord } from '../records/record.ts'
import type { RecordType } from '../records/statement.ts'
import type { CommittedRecord } from './read-record.ts'

/** One committed record: where it is, whose it is, and its exact bytes. */
export interface RecordView {
  readonly id: Digest
  readonly type: RecordType
  /** What it is within its type: the event, the phase, the action or the status. */
  readonly subtype?: string
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

/** A record as people look at it. */
export function recordViewOf({ record, position, author }: CommittedRecord): RecordView {
  const subtype = subtypeOf(record)
  return {
    id: record.id,
    type: record.type,
    ...(subtype === undefined ? {} : { subtype }),
    organisation: author.organisation,
    author: record.ledger.author,
    signer: author.name,
    ...position,
    envelope: record.envelope,
  }
}

/** What a record is within its type: the event, the phase, the action or the status. */
export function subtypeOf({ statement: { predicate } }: LedgerRecord): string | undefined {
  if ('event' in predicate) return predicate.event
  if ('phase' in predicate) return predicate.phase
  if ('action' in predicate) return predicate.action
  return 'status' in predicate ? predicate.status : undefined
}
