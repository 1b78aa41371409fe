import { assert } from '../assert.ts'
import type { Genesis } from '../chain/genesis.ts'
import { decodeHeader } from '../chain/header.ts'
import { inclusionProof } from '../chain/log-proof.ts'
import { proveState } from '../chain/state-proof.ts'
import type { Digest } from '../digest.ts'
import { base64Encode } from '../encoding/base64.ts'
import type { Reader } from '../ports.ts'
import { PAUSE, type Query } from '../queries/query.ts'
import { type CommittedRecord, stateView } from '../queries/read-record.ts'
import { isRejection, type Rejection } from '../rejection.ts'
import { readBlock, readHeight } from '../replica/ledger.ts'
import { readAdvisory } from '../rules/advisory-rules.ts'
import { readArtefact } from '../rules/artefact-state.ts'
import { readPhase } from '../rules/phase-state.ts'
import { readProposal } from '../rules/recall-rules.ts'
import { stateKey } from '../storage-keys.ts'
import { gatherRecords, type ReceiptReach } from './gather-records.ts'
import { encodeReceipt, type PresentState, type ReceiptKey, type ReceiptRecord } from './receipt.ts'

export interface ReceiptOptions extends ReceiptReach {
  readonly genesis: Genesis
}

/** `receiptQuery` in one go, on a store that nobody else waits for and that need not scan. */
export function buildReceipt(
  reader: Reader,
  id: Digest,
  options: Omit<ReceiptOptions, 'full'>,
): Uint8Array | Rejection {
  const query = receiptQuery(reader, id, { ...options, full: false })
  let step = query.next()
  while (step.done !== true) step = query.next([])
  return step.value
}

/**
 * The receipt of one record as of the newest block in the store. Only a full one scans, and all pause.
 * Refuses as gatherRecords does.
 */
export function* receiptQuery(
  reader: Reader,
  id: Digest,
  { genesis, ...reach }: ReceiptOptions,
): Query<Uint8Array | Rejection> {
  const found = yield* gatherRecords({ reader, genesis }, id, reach)
  if (isRejection(found)) return found
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

function receiptRecord(
  reader: Reader,
  { record, position }: CommittedRecord,
  logSize: number,
): ReceiptRecord {
  const { height, timeMs, logIndex } = position
  return {
    envelope: base64Encode(record.envelope),
    height,
    timeMs,
    logIndex,
    path: [...inclusionProof(reader, logIndex, logSize)],
    ...presentState(reader, record.id),
  }
}

/** What the state says of a record: it is a registration, a phase, a proposal or an advisory, or none of them. */
function presentState(reader: Reader, id: Digest): PresentState {
  const view = stateView(reader)
  const artefact = readArtefact(view, id)
  if (artefact !== undefined) {
    return { artefact: { state: artefact, siblings: siblingsOf(reader, stateKey.artefact(id)) } }
  }
  const phase = readPhase(view, id)
  if (phase !== undefined) {
    return { phase: { state: phase, siblings: siblingsOf(reader, stateKey.phase(id)) } }
  }
  const proposal = readProposal(view, id)
  if (proposal !== undefined) {
    return { proposal: { state: proposal, siblings: siblingsOf(reader, stateKey.proposal(id)) } }
  }
  const state = readAdvisory(view, id)
  return state === undefined
    ? {}
    : { advisory: { state, siblings: siblingsOf(reader, stateKey.advisory(id)) } }
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
