import type { Digest } from '../digest.ts'
import { subjectDigest, subjectOf } from '../records/subject.ts'
import { type Rejection, refuse } from '../rejection.ts'
import type { ProvenRecall } from './verdict.ts'
import type { CheckedRecord } from './verify-record.ts'

/**
 * The recalls that were in force when a receipt was made, of its subject and of every ancestor that it
 * brings. That there is one is proven by the artefact's state; why, by the recall's own record, where
 * the receipt has it.
 */
export function recallsIn(checked: readonly CheckedRecord[]): readonly ProvenRecall[] {
  const records = new Map<Digest, CheckedRecord>(checked.map((item) => [item.record.id, item]))
  return checked.flatMap(({ proven }) => {
    const recall = proven.artefact?.recall
    if (recall === undefined) return []
    const found = records.get(recall.record)
    if (found?.record.type !== 'recall') return [{ artefact: proven.id, ...recall }]
    const { reason } = found.record.statement.predicate
    const { signer, organisation } = found.proven
    return [{ artefact: proven.id, ...recall, reason, signer, organisation }]
  })
}

/** The record of a recall that an artefact's state names: a recall of that artefact, and not a lift. */
export function checkRecallRecord(
  artefact: CheckedRecord,
  recall: CheckedRecord,
): Rejection | undefined {
  const { record } = recall
  if (record.type !== 'recall' || record.statement.predicate.action !== 'recall') {
    return refuse('edge-wrong-type', `${record.id} recalls nothing`)
  }
  const isOfArtefact =
    record.statement.predicate.artefact === artefact.record.id &&
    subjectDigest(subjectOf(record.statement)) ===
      subjectDigest(subjectOf(artefact.record.statement))
  return isOfArtefact
    ? undefined
    : refuse('edge-digest-mismatch', `${record.id} recalls another artefact`)
}
