import type { ArtefactView } from '../../api/artefacts.ts'
import { assert } from '../../assert.ts'
import type { Digest } from '../../digest.ts'
import {
  COMMITTEE_MEMBERS_MAX,
  INDEX_PAGE_ENTRIES,
  PHASES_COUNTED_MAX,
  QUERY_RECORDS_MAX,
  STORY_RECORDS_MAX,
} from '../../limits.ts'
import { PHASES, type Phase } from '../../records/events/events.ts'
import { labellerKey } from '../../records/events/labeller.ts'
import type { LedgerRecord } from '../../records/record.ts'
import type { CertificateType, Predicates } from '../../records/statement.ts'
import { type KeyHistory, readKeyHistory } from '../../rules/key-history.ts'
import { readPhase } from '../../rules/phase-state.ts'
import { type ProposalState, readProposal } from '../../rules/recall-rules.ts'
import { PREFIXES } from '../../storage-keys.ts'
import { artefactView, readCommittedArtefact } from '../artefact-view.ts'
import { PAUSE, type Query } from '../query.ts'
import { type LedgerView, readCommitted, stateView, storedId } from '../read-record.ts'
import { type RecordView, recordViewOf } from '../record-view.ts'
import { lineage } from './lineage.ts'
import type { LineageGraph } from './lineage-graph.ts'
import { nameOf } from './named-artefact.ts'
import { namedIn } from './named-in.ts'

/** Who did what with one artefact, when, with which software, on which data: all of it, as signed. */
export interface Story {
  readonly artefact: ArtefactView
  /** Everything that its birth certificate says. */
  readonly certificate: Predicates[CertificateType]
  /** What was said and done about it afterwards, in the order of the ledger. */
  readonly records: readonly StoryRecord[]
  /** What it was made from directly. */
  readonly family: LineageGraph
  /** Names of the artefacts that these records speak of, by record id; of the first QUERY_RECORDS_MAX. */
  readonly names: Readonly<Record<Digest, string>>
  /** Of a model: phases that nobody has documented, also not in a record beyond those that are told. */
  readonly missingPhases?: readonly Phase[]
  /** There is more than the first STORY_RECORDS_MAX records. */
  readonly more: boolean
}

/** Under which name a key is registered, and by whom. */
export type Labeller = Pick<KeyHistory, 'organisation' | 'name'>

/** One record about the artefact. */
export type StoryRecord = Omit<RecordView, 'envelope' | 'indexInBlock'> & {
  readonly predicate: Predicates[RecordView['type']]
  /** Of the phase labelling: the registered person whose key it names. */
  readonly labeller?: Labeller
  /** Of a phase: the later one that corrects it. */
  readonly supersededBy?: Digest
  /** Of a recall, or of a lifting. */
  readonly outcome?: ProposalState['outcome']
  readonly approvals?: readonly StoryRecord[]
}

/** @returns undefined for an id that registers no artefact */
export function* story(ledger: LedgerView, id: Digest): Query<Story | undefined> {
  const artefact = yield* artefactView(ledger, id)
  const certificate = readCommittedArtefact(ledger, id)?.record
  const family = yield* lineage(ledger, id, { up: 1, down: 0 })
  if (artefact === undefined || certificate === undefined || family === undefined) return undefined
  const found = yield { prefix: `${PREFIXES.event}${id}/`, limit: STORY_RECORDS_MAX + 1 }
  const records: StoryRecord[] = []
  for (const { value } of found.slice(0, STORY_RECORDS_MAX)) {
    yield PAUSE
    const told = storyRecord(ledger, storedId(value))
    records.push(told.type === 'recall' ? yield* withApprovals(ledger, told) : told)
  }
  return {
    artefact,
    certificate: certificate.statement.predicate,
    records,
    family,
    names: yield* namesIn(ledger, records),
    ...(certificate.type === 'model' ? { missingPhases: yield* missingPhases(ledger, id) } : {}),
    more: found.length > STORY_RECORDS_MAX,
  }
}

/** The phases of a model alone: many events do not crowd them out. */
export type Phases = Pick<Story, 'records' | 'names' | 'more'> & {
  readonly missingPhases: readonly Phase[]
}

/** @returns undefined for an id that registers no artefact */
export function* phases(ledger: LedgerView, id: Digest): Query<Phases | undefined> {
  if (readCommittedArtefact(ledger, id) === undefined) return undefined
  const found = yield { prefix: `${PREFIXES.phase}${id}/`, limit: STORY_RECORDS_MAX + 1 }
  const records: StoryRecord[] = []
  for (const { value } of found.slice(0, STORY_RECORDS_MAX)) {
    yield PAUSE
    records.push(storyRecord(ledger, storedId(value)))
  }
  return {
    records,
    names: yield* namesIn(ledger, records),
    missingPhases: yield* missingPhases(ledger, id),
    more: found.length > STORY_RECORDS_MAX,
  }
}

function storyRecord(ledger: LedgerView, id: Digest): StoryRecord {
  const found = readCommitted(ledger, id)
  assert(found !== undefined, 'an event that the index names is on the ledger')
  const { envelope: _, indexInBlock: __, ...view } = recordViewOf(found)
  const { predicate } = found.record.statement
  const labeller = labellerIn(ledger, found.record)
  // By the state, and not by what is told: a flood of records between hides no correction.
  const supersededBy = readPhase(stateView(ledger.reader), id)?.correctedBy
  return {
    ...view,
    predicate,
    ...(labeller === undefined ? {} : { labeller }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
  }
}

function labellerIn(ledger: LedgerView, record: LedgerRecord): Labeller | undefined {
  const did = record.type === 'phase' ? labellerKey(record.statement.predicate.content) : undefined
  if (did === undefined) return undefined
  const key = readKeyHistory(stateView(ledger.reader), did)
  assert(key !== undefined, 'a labeller whose key a committed phase names is registered')
  return { organisation: key.organisation, name: key.name }
}

function* namesIn(
  ledger: LedgerView,
  records: readonly StoryRecord[],
): Query<Readonly<Record<Digest, string>>> {
  const ids = new Set(records.flatMap(({ predicate }) => namedIn(predicate)))
  const names: Record<Digest, string> = {}
  for (const id of [...ids].slice(0, QUERY_RECORDS_MAX)) {
    yield PAUSE
    names[id] = nameOf(ledger, id).name
  }
  return names
}

function* withApprovals(ledger: LedgerView, proposal: StoryRecord): Query<StoryRecord> {
  const outcome = readProposal(stateView(ledger.reader), proposal.id)?.outcome
  const prefix = `${PREFIXES.event}${proposal.id}/`
  const found = yield { prefix, limit: COMMITTEE_MEMBERS_MAX }
  const approvals = found.map(({ value }) => storyRecord(ledger, storedId(value)))
  return { ...proposal, ...(outcome === undefined ? {} : { outcome }), approvals }
}

/** None where there are too many records to say so of any phase. */
function* missingPhases(ledger: LedgerView, model: Digest): Query<readonly Phase[]> {
  const prefix = `${PREFIXES.phase}${model}/`
  const missing = new Set(PHASES)
  let left = PHASES_COUNTED_MAX
  let after: string | undefined
  do {
    const place = after === undefined ? {} : { after }
    const entries = yield { prefix, limit: INDEX_PAGE_ENTRIES, ...place }
    for (const { value } of entries) {
      yield PAUSE
      const phase = readPhase(stateView(ledger.reader), storedId(value))?.phase
      assert(phase !== undefined, 'a phase that the index names is in the state')
      missing.delete(phase)
    }
    left -= entries.length
    after = entries.length < INDEX_PAGE_ENTRIES ? undefined : entries.at(-1)?.key
  } while (after !== undefined && missing.size > 0 && left > 0)
  return after === undefined || missing.size === 0 ? [...missing] : []
}
