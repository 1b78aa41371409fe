import type { ArtefactEvent, ArtefactView } from '../api/artefacts.ts'
import { assert } from '../assert.ts'
import type { Digest } from '../digest.ts'
import { ARTEFACT_EVENTS_MAX } from '../limits.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/consistency.ts'
import type { LedgerRecord } from '../records/record.ts'
import { readArtefact } from '../rules/artefact-state.ts'
import { PREFIXES } from '../storage-keys.ts'
import type { Query } from './query.ts'
import {
  type CommittedRecord,
  type LedgerView,
  readCommitted,
  stateView,
  storedId,
} from './read-record.ts'

export type ArtefactRecord = Extract<LedgerRecord, { type: 'dataset' | 'model' }>

/** A committed birth certificate. */
export interface CommittedArtefact extends CommittedRecord {
  readonly record: ArtefactRecord
}

/** @returns undefined for an id that is not on the ledger or registers no artefact */
export function readCommittedArtefact(
  ledger: LedgerView,
  id: Digest,
): CommittedArtefact | undefined {
  const found = readCommitted(ledger, id)
  if (found === undefined) return undefined
  const { record } = found
  return record.type === 'dataset' || record.type === 'model' ? { ...found, record } : undefined
}

/** @returns undefined for an id that is not on the ledger or registers no artefact */
export function* artefactView(ledger: LedgerView, id: Digest): Query<ArtefactView | undefined> {
  const found = readCommittedArtefact(ledger, id)
  if (found === undefined) return undefined
  const events = yield { prefix: `${PREFIXES.event}${id}/`, limit: ARTEFACT_EVENTS_MAX }
  return {
    ...describe(found),
    state: artefactState(ledger, id),
    events: events.map(({ value }) => eventView(ledger, storedId(value))),
  }
}

/** The state that the artefact's machine is in now. */
export function artefactState(ledger: LedgerView, id: Digest): string {
  const artefact = readArtefact(stateView(ledger.reader), id)
  assert(artefact !== undefined, 'a committed birth certificate has its artefact in the state')
  return artefact.state
}

function describe({
  record,
  position,
  author,
}: CommittedArtefact): Omit<ArtefactView, 'state' | 'events'> {
  const { artefact, description } = record.statement.predicate
  const subject = subjectOf(record.statement)
  const digest = subjectDigest(subject)
  const { name, version, form, bytes, files, share, cid, manifestCid } = artefact
  return {
    record: record.id,
    type: record.type,
    name,
    version,
    organisation: author.organisation,
    author: record.ledger.author,
    signer: author.name,
    ...(isSalted(subject) ? { saltedSha256: digest } : { sha256: digest }),
    form,
    bytes,
    files,
    share,
    ...(cid === undefined ? {} : { cid }),
    ...(manifestCid === undefined ? {} : { manifestCid }),
    height: position.height,
    timeMs: position.timeMs,
    ...(description === undefined ? {} : { description }),
    ...edgesOf(record),
  }
}

function edgesOf(record: ArtefactRecord): Pick<ArtefactView, 'datasets' | 'parents'> {
  if (record.type === 'dataset') return {}
  const { datasets, parents } = record.statement.predicate
  return { datasets: [...datasets], parents: [...parents] }
}

function eventView(ledger: LedgerView, id: Digest): ArtefactEvent {
  const found = readCommitted(ledger, id)
  assert(found !== undefined, 'an event that the index names is on the ledger')
  const { record, position } = found
  const event = { record: id, type: record.type, height: position.height }
  return record.type === 'retirement'
    ? { ...event, reason: record.statement.predicate.reason }
    : event
}
