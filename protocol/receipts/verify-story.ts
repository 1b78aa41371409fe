import type { StoryRecord } from '../queries/family/story.ts'
import { subtypeOf } from '../queries/record-view.ts'
import { aboutOf } from '../records/about.ts'
import { PHASES, type Phase } from '../records/events/events.ts'
import { isCertificate } from '../records/record.ts'
import { type Rejection, refuse } from '../rejection.ts'
import type { ProvenStory } from './verdict.ts'
import type { CheckedRecord } from './verify-record.ts'

/**
 * What was said of the subject, told from records that are proven already. Whoever leaves one out is
 * found out by the count in the artefact's state, and whoever hides a correction, an outcome or an
 * approval by the state of the phase or of the proposal.
 *
 * @returns undefined for a subject that is no artefact
 */
export function verifyStory([subject, ...others]: readonly CheckedRecord[]):
  | ProvenStory
  | Rejection
  | undefined {
  const state = subject?.present.artefact?.state
  if (subject === undefined || state === undefined || !isCertificate(subject.record)) {
    return undefined
  }
  const byAbout = Map.groupBy(others, ({ record }) => aboutOf(record))
  const said = byAbout.get(subject.record.id) ?? []
  const approvalsOf = ({ record }: CheckedRecord) => byAbout.get(record.id) ?? []
  const count = state.said ?? 0
  if (said.length > count) {
    return refuse('bad-proof', `the state counts ${count} records about ${subject.record.id}`)
  }
  const records = said.map((each) => storyRecord(each, approvalsOf(each)))
  return {
    certificate: subject.record.statement.predicate,
    records,
    said: count,
    complete: said.length === count && said.every((each) => hasAll(each, approvalsOf(each))),
    ...(subject.record.type === 'model' ? { missingPhases: missingPhases(records) } : {}),
  }
}

function storyRecord(
  { record, proven, present }: CheckedRecord,
  approvals: readonly CheckedRecord[],
): StoryRecord {
  const { id, type, organisation, author, signer, height, logIndex, timeMs } = proven
  const subtype = subtypeOf(record)
  const told: StoryRecord = {
    id,
    type,
    organisation,
    author,
    signer,
    height,
    logIndex,
    timeMs,
    ...(subtype === undefined ? {} : { subtype }),
    predicate: record.statement.predicate,
  }
  const correctedBy = present.phase?.state.correctedBy
  if (correctedBy !== undefined) return { ...told, supersededBy: correctedBy }
  const outcome = present.proposal?.state.outcome
  if (outcome === undefined) return told
  return { ...told, outcome, approvals: approvals.map((each) => storyRecord(each, [])) }
}

/** Of a proposal the state lists the organisations that approved it; each does so once. */
function hasAll({ present }: CheckedRecord, approvals: readonly CheckedRecord[]): boolean {
  return approvals.length === (present.proposal?.state.approvals.length ?? 0)
}

function missingPhases(records: readonly StoryRecord[]): readonly Phase[] {
  const told = new Set(records.map(({ type, subtype }) => (type === 'phase' ? subtype : undefined)))
  return PHASES.filter((phase) => !told.has(phase))
}
