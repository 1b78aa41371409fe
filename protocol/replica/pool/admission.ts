import type { Evidence } from '../../consensus/evidence.ts'
import { digestOf } from '../../digest.ts'
import { parseEnvelope } from '../../records/envelope.ts'
import type { LedgerRecord } from '../../records/record.ts'
import { isRejection, type Rejection, refuse, verdictOf } from '../../rejection.ts'
import { readKeyHistory } from '../../rules/key-history.ts'
import { applyRecord } from '../../rules/rule-book.ts'
import { storageKey } from '../../storage-keys.ts'
import { decodePosition } from '../blocks/record-position.ts'
import { StateOverlay } from '../blocks/state-overlay.ts'
import { type Core, chainOf, type RecordBatch, verifyThen } from '../core.ts'
import { addEvidence } from '../evidence-pool.ts'
import { committedEnvelope } from '../ledger.ts'
import { announceWork } from '../working.ts'
import { queueGossip } from './gossip.ts'
import { remember } from './known-records.ts'

/** A client of this node submits a record: checked, then admitted to the pool and gossiped. */
export function onSubmit(core: Core, ref: number, envelope: Uint8Array): void {
  const record = readRecord(core, envelope)
  if (isRejection(record)) return refuseClient(core, ref, record)
  const position = core.reader.get(storageKey.record(record.id))
  if (position !== undefined) {
    const { height } = decodePosition(position)
    core.effects.push({
      kind: 'answer',
      ref,
      answer: { status: 'committed', record: record.id, height },
    })
    return
  }
  if (core.pool.has(record.id)) {
    core.pool.claim(record.id)
    core.effects.push({ kind: 'answer', ref, answer: { status: 'pending', record: record.id } })
    return
  }
  const screened = screen(core, record)
  if (isRejection(screened) && !mayProveReuse(screened)) return refuseClient(core, ref, screened)
  const organisation = isRejection(screened) ? '' : screened
  verifyThen(core, [record.check], {
    kind: 'records',
    batch: { source: { kind: 'client', ref }, records: [{ record, organisation }] },
  })
}

/** Records that a member forwarded: over gossip, to be answered with a verdict, or on its own stream. */
export function onForwardedRecords(
  core: Core,
  from: number,
  envelopes: readonly Uint8Array[],
  gossipRef: number | null,
): void {
  if (!hasQuota(core, from, envelopes)) return answerGossip(core, gossipRef, 'ignore')
  let rejected = false
  const records: { record: LedgerRecord; organisation: string }[] = []
  for (const envelope of envelopes) {
    const record = readRecord(core, envelope)
    if (isRejection(record)) {
      rejected ||= verdictOf(record) === 'reject'
      continue
    }
    if (core.pool.has(record.id)) continue
    const screened = screen(core, record)
    // A refusal by the rules depends on our state, which may lag behind the forwarder's: no reason to blame.
    if (isRejection(screened) && !mayProveReuse(screened)) continue
    records.push({ record, organisation: isRejection(screened) ? '' : screened })
  }
  if (records.length === 0) return answerGossip(core, gossipRef, rejected ? 'reject' : 'ignore')
  const source =
    gossipRef === null
      ? ({ kind: 'member' } as const)
      : ({ kind: 'gossip', ref: gossipRef, rejected } as const)
  const job = verifyThen(
    core,
    records.map(({ record }) => record.check),
    { kind: 'records', batch: { source, records } },
  )
  core.outstanding.records.begin(job, from, records.length)
  core.outstanding.recordBytes.begin(job, from, bytesOf(envelopes))
}

/** What a forwarder may have us read, and check. Beyond it nothing is looked at; its author's node proposes it later. */
function hasQuota(core: Core, from: number, envelopes: readonly Uint8Array[]): boolean {
  const { limits, outstanding, nowMs } = core
  const bytes = bytesOf(envelopes)
  return (
    outstanding.records.hasRoom(from, envelopes.length) &&
    outstanding.recordBytes.hasRoom(from, bytes) &&
    limits.records.take(from, envelopes.length, nowMs) &&
    limits.recordBytes.take(from, bytes, nowMs)
  )
}

/** Also of those that are refused: the batch keeps the whole frame in memory. */
function bytesOf(envelopes: readonly Uint8Array[]): number {
  return envelopes.reduce((sum, { length }) => sum + length, 0)
}

/** The signatures of a batch were checked: admit what is good, answer whoever sent it. */
export function finishRecords(core: Core, batch: RecordBatch, results: readonly boolean[]): void {
  let admitted = 0
  let forged = false
  batch.records.forEach(({ record }, index) => {
    const outcome =
      results[index] === true
        ? admit(core, record, batch.source.kind === 'client')
        : forgedRecord(record)
    if (!isRejection(outcome)) admitted++
    else forged ||= outcome.rejected === 'bad-signature'
    if (batch.source.kind === 'client') answerClient(core, batch.source.ref, record, outcome)
  })
  if (batch.source.kind === 'gossip') {
    const reject = forged || batch.source.rejected
    answerGossip(core, batch.source.ref, reject ? 'reject' : admitted > 0 ? 'accept' : 'ignore')
  }
  if (admitted > 0) announceWork(core)
}

/** Form, size and chain: what can be said of an envelope without looking at the state. */
function readRecord(core: Core, envelope: Uint8Array): LedgerRecord | Rejection {
  const { envelopeBytesMax } = core.genesis.document.parameters
  if (envelope.length > envelopeBytesMax) {
    return refuse(
      'too-large',
      `the envelope has ${envelope.length} bytes, at most ${envelopeBytesMax} are allowed`,
    )
  }
  const record = core.known.get(digestOf(envelope)) ?? parseEnvelope(envelope)
  if (isRejection(record)) return record
  if (record.ledger.chain !== chainOf(core)) {
    return refuse(
      'wrong-chain',
      `signed for chain ${record.ledger.chain}, this is ${chainOf(core)}`,
    )
  }
  return record
}

/** The rules on the present state, before a signature is paid for. @returns the author's organisation */
function screen(core: Core, record: LedgerRecord): string | Rejection {
  if (core.reader.get(storageKey.record(record.id)) !== undefined) {
    return refuse('duplicate', `record ${record.id} is on the ledger`)
  }
  const state = new StateOverlay(core.reader)
  const context = {
    genesis: core.genesis,
    height: core.head.height + 1,
    timeMs: Math.max(core.nowMs, core.head.timeMs + 1),
  }
  const change = applyRecord(record, context, state)
  if (isRejection(change)) return change
  if (core.pool.rival(record) !== undefined) {
    return refuse(
      'nonce-used',
      `another record with nonce ${record.ledger.nonce} of this author is pending`,
    )
  }
  return readKeyHistory(state, record.ledger.author)?.organisation ?? ''
}

/** A nonce used twice for different content is refused, but its signature is worth checking: it is evidence. */
function mayProveReuse(rejection: Rejection): boolean {
  return rejection.rejected === 'nonce-used'
}

function forgedRecord(record: LedgerRecord): Rejection {
  return refuse(
    'bad-signature',
    `the signature on record ${record.id} is not by ${record.ledger.author}`,
  )
}

function admit(core: Core, checked: LedgerRecord, own: boolean): Rejection | undefined {
  const record = remember(core, checked)
  if (core.pool.has(record.id)) {
    if (own) core.pool.claim(record.id)
    return undefined
  }
  const organisation = screen(core, record)
  if (isRejection(organisation)) {
    keepReuseEvidence(core, record)
    return organisation
  }
  const full = core.pool.add({ record, organisation, own })
  if (full !== undefined) return full
  if (own) queueGossip(core, record.envelope)
  return undefined
}

function keepReuseEvidence(core: Core, record: LedgerRecord): void {
  const other = core.pool.rival(record)?.record.envelope ?? committedRival(core, record)
  if (other === undefined) return
  const evidence: Evidence = { kind: 'nonce-reuse', first: other, second: record.envelope }
  addEvidence(core, evidence)
}

function committedRival(core: Core, record: LedgerRecord): Uint8Array | undefined {
  const id = core.reader.get(storageKey.authorNonce(record.ledger.author, record.ledger.nonce))
  return id === undefined ? undefined : committedEnvelope(core, id, record.id)
}

function answerClient(
  core: Core,
  ref: number,
  record: LedgerRecord,
  refused: Rejection | undefined,
): void {
  if (refused !== undefined) return refuseClient(core, ref, refused)
  core.effects.push({ kind: 'answer', ref, answer: { status: 'admitted', record: record.id } })
}

function refuseClient(core: Core, ref: number, rejection: Rejection): void {
  core.effects.push({ kind: 'answer', ref, answer: { status: 'refused', rejection } })
}

function answerGossip(
  core: Core,
  ref: number | null,
  verdict: 'accept' | 'ignore' | 'reject',
): void {
  if (ref !== null) core.effects.push({ kind: 'gossip-verdict', ref, verdict })
}
