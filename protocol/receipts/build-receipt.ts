import { assert } from '../assert.ts'
import type { Genesis } from '../chain/genesis.ts'
import { decodeHeader } from '../chain/header.ts'
import { inclusionProof } from '../chain/log-proof.ts'
import { proveState } from '../chain/state-proof.ts'
import type { Digest } from '../digest.ts'
import { base64Encode } from '../encoding/base64.ts'
import { RECEIPT_RECORDS_MAX } from '../limits.ts'
import type { Reader } from '../ports.ts'
import { PAUSE, type Query } from '../queries/query.ts'
import {
  type CommittedRecord,
  type LedgerView,
  readCommitted,
  stateView,
} from '../queries/read-record.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { readBlock, readHeight } from '../replica/ledger.ts'
import { readArtefact } from '../rules/artefact-state.ts'
import { stateKey } from '../storage-keys.ts'
import { encodeReceipt, type ReceiptKey, type ReceiptRecord } from './receipt.ts'
import { relatedRecords } from './related-records.ts'

export interface ReceiptOptions {
  readonly genesis: Genesis
  /** With every record that the subject stands on, all the way up. */
  readonly ancestors: boolean
}

/** `receiptQuery` in one go, on a store that nobody else waits for. */
export function buildReceipt(
  reader: Reader,
  id: Digest,
  options: ReceiptOptions,
): Uint8Array | Rejection {
  const query = receiptQuery(reader, id, options)
  let step = query.next()
  while (step.done !== true) step = query.next([])
  return step.value
}

/**
 * The receipt of one record as of the newest block in the store. Scans nothing, but pauses. Refuses with unknown-subject what
 * is not on the ledger, and with too-large what no receipt can hold.
 */
export function* receiptQuery(
  reader: Reader,
  id: Digest,
  { genesis, ancestors }: ReceiptOptions,
): Query<Uint8Array | Rejection> {
  const subject = readCommitted({ reader, genesis }, id)
  if (subject === undefined) return refuse('unknown-subject', `${id} is not on the ledger`)
  const others = ancestors ? yield* readAncestors({ reader, genesis }, subject) : []
  if (isRejection(others)) return others
  const found = yield* withRecalls({ reader, genesis }, [subject, ...others])
  if (found.length > RECEIPT_RECORDS_MAX) return tooMany()
  const head = readBlock(reader, readHeight(reader))
  assert(head !== undefined, 'where a record is, there is a newest block')
  const header = decodeHeader(head.header)
  assert(!isRejection(header), 'a stored header is the one that was committed')
  const records: ReceiptRecord[] = []
  for (const committed of found) {
    yield PAUSE
    records.push(receiptRecord(reader, committed, header.logSize))
  }
  return encodeReceipt({
    chain: genesis.chain,
    header: base64Encode(head.header),
    proof: base64Encode(head.proof),
    committeeChanges: [],
    records,
    keys: receiptKeys(reader, found),
  })
}

/** Edges point to older records only, so this ends. */
function* readAncestors(
  ledger: LedgerView,
  subject: CommittedRecord,
): Query<readonly CommittedRecord[] | Rejection> {
  const found = new Map<Digest, CommittedRecord>()
  const waiting = [subject]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { record } of relatedRecords(next.record)) {
      if (found.has(record)) continue
      yield PAUSE
      const ancestor = readCommitted(ledger, record)
      assert(ancestor !== undefined, 'a named record is on the ledger')
      found.set(record, ancestor)
      waiting.push(ancestor)
    }
    if (found.size >= RECEIPT_RECORDS_MAX) {
      return tooMany()
    }
  }
  return [...found.values()]
}

function tooMany(): Rejection {
  return refuse('too-large', `${RECEIPT_RECORDS_MAX} ancestors or more: leave them out`)
}

/** With the records that say why some of them are recalled; behind the subject in the order of the log. */
function* withRecalls(
  ledger: LedgerView,
  [subject, ...others]: readonly [CommittedRecord, ...(readonly CommittedRecord[])],
): Query<readonly CommittedRecord[]> {
  const known = new Map([subject, ...others].map((item) => [item.record.id, item]))
  for (const { record } of [subject, ...others]) {
    yield PAUSE
    const recall = readArtefact(stateView(ledger.reader), record.id)?.recall
    if (recall === undefined || known.has(recall.record)) continue
    const found = readCommitted(ledger, recall.record)
    assert(found !== undefined, 'a recall in the state is on the ledger')
    known.set(recall.record, found)
  }
  known.delete(subject.record.id)
  const inOrder = [...known.values()].sort((a, b) => a.position.logIndex - b.position.logIndex)
  return [subject, ...inOrder]
}

function receiptRecord(
  reader: Reader,
  { record, position }: CommittedRecord,
  logSize: number,
): ReceiptRecord {
  const { height, timeMs, logIndex } = position
  const state = readArtefact(stateView(reader), record.id)
  return {
    envelope: base64Encode(record.envelope),
    height,
    timeMs,
    logIndex,
    path: [...inclusionProof(reader, logIndex, logSize)],
    ...(state === undefined
      ? {}
      : { artefact: { state, siblings: siblingsOf(reader, stateKey.artefact(record.id)) } }),
  }
}

function receiptKeys(reader: Reader, found: readonly CommittedRecord[]): ReceiptKey[] {
  const histories = new Map(found.map(({ record, author }) => [record.ledger.author, author]))
  return [...histories]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([did, history]) => ({
      did,
      history: { ...history, intervals: history.intervals.map((interval) => ({ ...interval })) },
      siblings: siblingsOf(reader, stateKey.key(did)),
    }))
}

function siblingsOf(reader: Reader, key: string): Digest[] {
  const { siblings, other } = proveState(reader, key)
  assert(other === null, 'what a receipt proves is in the state')
  return [...siblings]
}
