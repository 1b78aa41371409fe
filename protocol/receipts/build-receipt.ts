import { assert } from '../assert.ts'
import type { Genesis } from '../chain/genesis.ts'
import { decodeHeader } from '../chain/header.ts'
import { inclusionProof } from '../chain/log-proof.ts'
import { proveState } from '../chain/state-proof.ts'
import type { Digest } from '../digest.ts'
import { base64Encode } from '../encoding/base64.ts'
import { RECEIPT_RECORDS_MAX } from '../limits.ts'
import type { Reader } from '../ports.ts'
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

/**
 * The receipt of one record as of the newest block in the store. Refuses with unknown-subject what
 * is not on the ledger, and with too-large what no receipt can hold.
 */
export function buildReceipt(
  reader: Reader,
  id: Digest,
  { genesis, ancestors }: ReceiptOptions,
): Uint8Array | Rejection {
  const subject = readCommitted({ reader, genesis }, id)
  if (subject === undefined) return refuse('unknown-subject', `${id} is not on the ledger`)
  const others = ancestors ? readAncestors({ reader, genesis }, subject) : []
  if (isRejection(others)) return others
  const found = [subject, ...others]
  const head = readBlock(reader, readHeight(reader))
  assert(head !== undefined, 'where a record is, there is a newest block')
  const header = decodeHeader(head.header)
  assert(!isRejection(header), 'a stored header is the one that was committed')
  return encodeReceipt({
    chain: genesis.chain,
    header: base64Encode(head.header),
    proof: base64Encode(head.proof),
    committeeChanges: [],
    records: found.map((committed) => receiptRecord(reader, committed, header.logSize)),
    keys: receiptKeys(reader, found),
  })
}

/** In the order of the log. Edges point to older records only, so this ends. */
function readAncestors(
  ledger: LedgerView,
  subject: CommittedRecord,
): readonly CommittedRecord[] | Rejection {
  const found = new Map<Digest, CommittedRecord>()
  const waiting = [subject]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { record } of relatedRecords(next.record)) {
      if (found.has(record)) continue
      const ancestor = readCommitted(ledger, record)
      assert(ancestor !== undefined, 'a named record is on the ledger')
      found.set(record, ancestor)
      waiting.push(ancestor)
    }
    if (found.size >= RECEIPT_RECORDS_MAX) {
      return refuse('too-large', `${RECEIPT_RECORDS_MAX} ancestors or more: leave them out`)
    }
  }
  return [...found.values()].sort((a, b) => a.position.logIndex - b.position.logIndex)
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
