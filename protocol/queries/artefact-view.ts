import type { ArtefactEvent, ArtefactView } from '../api/artefacts.ts'
import { assert } from '../assert.ts'
import type { Digest } from '../digest.ts'
import { ARTEFACT_EVENTS_MAX } from '../limits.ts'
import { isCertificate, type RecordOf } from '../records/record.ts'
import type { CertificateType, Predicates } from '../records/statement.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/subject.ts'
import { artefactTypeName } from '../replica/blocks/family-entry.ts'
import { PREFIXES } from '../storage-keys.ts'
import { mustReadState } from './family/family.ts'
import type { Query } from './query.ts'
import { type CommittedRecord, type LedgerView, readCommitted, storedId } from './read-record.ts'
import { subtypeOf } from './record-view.ts'

/** A committed birth certificate. */
export interface CommittedArtefact extends CommittedRecord {
  readonly record: RecordOf<CertificateType>
}

/** @returns undefined for an id that is not on the ledger or registers no artefact */
export function readCommittedArtefact(
  ledger: LedgerView,
  id: Digest,
): CommittedArtefact | undefined {
  const found = readCommitted(ledger, id)
  if (found === undefined) return undefined
  const { record } = found
  return isCertificate(record) ? { ...found, record } : undefined
}

/** @returns undefined for an id that is not on the ledger or registers no artefact */
export function* artefactView(ledger: LedgerView, id: Digest): Query<ArtefactView | undefined> {
  const found = readCommittedArtefact(ledger, id)
  if (found === undefined) return undefined
  const events = yield { prefix: `${PREFIXES.event}${id}/`, limit: ARTEFACT_EVENTS_MAX }
  return {
    ...describe(found),
    ...present(ledger, id),
    events: events.map(({ value }) => eventView(ledger, storedId(value))),
  }
}

type Present = Pick<
  ArtefactView,
  'state' | 'owner' | 'offeredTo' | 'contributors' | 'unknownAncestry' | 'invalid' | 'recall'
>

/** What the state says of it now. */
function present(ledger: LedgerView, id: Digest): Present {
  const { state, owner, offeredTo, contributors, unknownAncestry, invalid, recall } = mustReadState(
    ledger,
    id,
  )
  return {
    state,
    owner,
    ...(offeredTo === undefined ? {} : { offeredTo }),
    ...(contributors === undefined ? {} : { contributors: [...contributors] }),
    ...(unknownAncestry === undefined ? {} : { unknownAncestry }),
    ...(invalid === undefined ? {} : { invalid }),
    ...(recall === undefined ? {} : { recall: { ...recall } }),
  }
}

function describe({
  record,
  position,
  author,
}: CommittedArtefact): Omit<ArtefactView, keyof Present | 'events'> {
  const { predicate } = record.statement
  const { artefact, description } = predicate
  const subject = subjectOf(record.statement)
  const digest = subjectDigest(subject)
  return {
    ...artefact,
    record: record.id,
    type: artefactTypeName(record),
    organisation: author.organisation,
    author: record.ledger.author,
    signer: author.name,
    ...(isSalted(subject) ? { saltedSha256: digest } : { sha256: digest }),
    height: position.height,
    timeMs: position.timeMs,
    ...(description === undefined ? {} : { description }),
    ...boundsOf(predicate),
    ...originsOf(predicate),
  }
}

function boundsOf(predicate: Predicates[CertificateType]): Pick<ArtefactView, 'outsideBounds'> {
  const bounds = 'bounds' in predicate ? (predicate.bounds ?? []) : []
  const outsideBounds = bounds.reduce((sum, { outside = 0 }) => sum + outside, 0)
  return outsideBounds > 0 && Number.isSafeInteger(outsideBounds) ? { outsideBounds } : {}
}

function originsOf(
  predicate: Predicates[CertificateType],
): Pick<ArtefactView, 'inputs' | 'datasets' | 'parents' | 'pipeline'> {
  return {
    ...('inputs' in predicate && { inputs: [...(predicate.inputs ?? [])] }),
    ...('datasets' in predicate && { datasets: [...predicate.datasets] }),
    ...('parents' in predicate && { parents: [...predicate.parents] }),
    ...('pipeline' in predicate &&
      predicate.pipeline !== undefined && { pipeline: { ...predicate.pipeline } }),
  }
}

function eventView(ledger: LedgerView, id: Digest): ArtefactEvent {
  const found = readCommitted(ledger, id)
  assert(found !== undefined, 'an event that the index names is on the ledger')
  const { record, position, author } = found
  const subtype = subtypeOf(record)
  const reason = reasonOf(found)
  return {
    record: id,
    type: record.type,
    height: position.height,
    timeMs: position.timeMs,
    organisation: author.organisation,
    signer: author.name,
    ...(subtype === undefined ? {} : { subtype }),
    ...(record.type === 'event' ? { event: record.statement.predicate.event } : {}),
    ...(reason === undefined ? {} : { reason }),
  }
}

function reasonOf({ record }: CommittedRecord): string | undefined {
  if (record.type === 'recall' || record.type === 'status') return record.statement.predicate.reason
  if (record.type !== 'event') return undefined
  const { reason } = record.statement.predicate.details
  return typeof reason === 'string' ? reason : undefined
}
