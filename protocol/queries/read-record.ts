import { assert } from '../assert.ts'
import { decodeBody } from '../chain/body.ts'
import type { Genesis } from '../chain/genesis.ts'
import { type Digest, toDigest } from '../digest.ts'
import type { Reader } from '../ports.ts'
import { parseEnvelope } from '../records/envelope.ts'
import type { LedgerRecord } from '../records/record.ts'
import { isRejection } from '../rejection.ts'
import { decodePosition, type RecordPosition } from '../replica/blocks/record-position.ts'
import { type KeyHistory, readKeyHistory } from '../rules/key-history.ts'
import type { StateView } from '../rules/rule-context.ts'
import { storageKey } from '../storage-keys.ts'

/** One chain's ledger as a question sees it. */
export interface LedgerView {
  readonly reader: Reader
  readonly genesis: Genesis
}

/** A record with its place and its author, as of now. */
export interface CommittedRecord {
  readonly record: LedgerRecord
  readonly position: RecordPosition
  readonly author: KeyHistory
}

/** The present state, out of the store that also holds everything else. */
export function stateView(reader: Reader): StateView {
  return { get: (key) => reader.get(storageKey.state(key)) }
}

/**
 * A record's exact bytes, with its place: much cheaper than the record itself.
 *
 * @returns undefined for an id that is not on the ledger
 */
export function readCommittedEnvelope(
  ledger: LedgerView,
  id: Digest,
): { readonly envelope: Uint8Array; readonly position: RecordPosition } | undefined {
  const stored = ledger.reader.get(storageKey.record(id))
  if (stored === undefined) return undefined
  const position = decodePosition(stored)
  const envelope = readEnvelopes(ledger, position.height)[position.indexInBlock]
  assert(envelope !== undefined, "the body of a record's block holds its envelope")
  return { envelope, position }
}

/** @returns undefined for an id that is not on the ledger */
export function readCommitted(ledger: LedgerView, id: Digest): CommittedRecord | undefined {
  const found = readCommittedEnvelope(ledger, id)
  if (found === undefined) return undefined
  const { envelope, position } = found
  const record = readOwnRecord(envelope)
  assert(record.id === id, 'the position of a record leads to that record')
  const author = readKeyHistory(stateView(ledger.reader), record.ledger.author)
  assert(author !== undefined, 'the author of a committed record is registered')
  return { record, position, author }
}

/** The envelopes of one committed block, in ledger order. */
export function readEnvelopes(
  { reader, genesis }: LedgerView,
  height: number,
): readonly Uint8Array[] {
  const bytes = reader.get(storageKey.body(height))
  assert(bytes !== undefined, 'the body of every committed block is stored')
  const body = decodeBody(bytes, genesis.document.parameters)
  assert(!isRejection(body), 'a stored body is the one that was committed')
  return body.envelopes
}

/** An envelope out of our own store. */
export function readOwnRecord(envelope: Uint8Array): LedgerRecord {
  const record = parseEnvelope(envelope)
  assert(!isRejection(record), 'a committed envelope is a record')
  return record
}

/** @param value 32 bytes, as the indexes store record ids */
export function storedId(value: Uint8Array): Digest {
  assert(value.length === 32, 'an index entry holds a record id of 32 bytes')
  return toDigest(value)
}
