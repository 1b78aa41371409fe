import type { Digest } from '../digest.ts'
import { aboutOf } from '../records/about.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { checkRecallRecord } from './recalls.ts'
import { type NamedRecord, relatedRecords } from './related-records.ts'
import type { CheckedRecord } from './verify-record.ts'
import { checkWithdrawalRecord } from './withdrawals.ts'

/**
 * Every edge between two records of a receipt is true, and every record belongs to the family of
 * the first, or recalls or withdraws one that does, or was said of the first itself.
 *
 * @returns the records that are named and not here, sorted
 */
export function verifyFamily(checked: readonly CheckedRecord[]): readonly Digest[] | Rejection {
  const here = new Map(checked.map((item) => [item.record.id, item]))
  const missing = new Set<Digest>()
  const waiting = checked.slice(0, 1)
  const reached = new Set(waiting.map(({ record }) => record.id))
  for (let child = waiting.pop(); child !== undefined; child = waiting.pop()) {
    for (const named of relatedRecords(child.record)) {
      const ancestor = here.get(named.record)
      if (ancestor === undefined) {
        missing.add(named.record)
        continue
      }
      const refused = checkEdge(child, ancestor, named)
      if (refused !== undefined) return refused
      if (reached.has(named.record)) continue
      reached.add(named.record)
      waiting.push(ancestor)
    }
    const refused = reachRecall(child, here, reached) ?? reachWithdrawal(child, here, reached)
    if (refused !== undefined) return refused
  }
  const refused = reachSaid(checked, reached)
  if (refused !== undefined) return refused
  return reached.size === here.size
    ? [...missing].sort((a, b) => (a < b ? -1 : 1))
    : refuse('malformed', 'a record that is no ancestor of the subject, nor said of it')
}

/** What was said of the subject, and of the proposals among that: in the order of the log, so one way is enough. */
function reachSaid(checked: readonly CheckedRecord[], reached: Set<Digest>): Rejection | undefined {
  const [subject, ...others] = checked
  if (subject === undefined) return undefined
  const open = new Map([[subject.record.id, subject]])
  for (const said of others) {
    const id = aboutOf(said.record)
    const about = id === undefined ? undefined : open.get(id)
    if (about === undefined) continue
    const refused = checkSaid(said, about)
    if (refused !== undefined) return refused
    reached.add(said.record.id)
    if (said.record.type === 'recall') open.set(said.record.id, said)
  }
  return undefined
}

function checkSaid(said: CheckedRecord, about: CheckedRecord): Rejection | undefined {
  const [named] = relatedRecords(said.record)
  if (named !== undefined) return checkEdge(said, about, named)
  const isApproval = said.record.type === 'approval' && about.record.type === 'recall'
  if (!isApproval) return refuse('edge-wrong-type', `${said.record.id} approves no proposal`)
  return about.proven.logIndex < said.proven.logIndex
    ? undefined
    : refuse('bad-proof', `${said.record.id} approves ${about.record.id}, which is not older`)
}

/** Why an artefact is recalled may be told with it: by the record that its state names. */
function reachRecall(
  artefact: CheckedRecord,
  here: ReadonlyMap<Digest, CheckedRecord>,
  reached: Set<Digest>,
): Rejection | undefined {
  const { recall: state } = artefact.proven.artefact ?? {}
  const recall = state === undefined ? undefined : here.get(state.record)
  if (recall === undefined) return undefined
  reached.add(recall.record.id)
  return checkRecallRecord(artefact, recall)
}

/** Why an advisory warns no more, likewise. */
function reachWithdrawal(
  { record: { id }, present }: CheckedRecord,
  here: ReadonlyMap<Digest, CheckedRecord>,
  reached: Set<Digest>,
): Rejection | undefined {
  const by = present.advisory?.state.withdrawnBy
  const withdrawal = by === undefined ? undefined : here.get(by)
  if (withdrawal === undefined) return undefined
  reached.add(withdrawal.record.id)
  return checkWithdrawalRecord(id, withdrawal)
}

function checkEdge(
  child: CheckedRecord,
  ancestor: CheckedRecord,
  named: NamedRecord,
): Rejection | undefined {
  const { artefact, type, id } = ancestor.proven
  if (artefact === undefined || named.types?.includes(artefact.type) === false) {
    return refuse('edge-wrong-type', `${child.record.id} names ${id}, which is a ${type}`)
  }
  if ((artefact.sha256 ?? artefact.saltedSha256) !== named.digest) {
    return refuse('edge-digest-mismatch', `${child.record.id} names ${id} with another digest`)
  }
  return ancestor.proven.logIndex < child.proven.logIndex
    ? undefined
    : refuse('bad-proof', `${child.record.id} names ${id}, which is not older`)
}

/** Behind the subject the order of the log, in which heights and times never fall. */
export function verifyOrder(checked: readonly CheckedRecord[]): Rejection | undefined {
  const [subject, ...others] = checked.map(({ proven }) => proven)
  for (const [i, record] of others.entries()) {
    const before = others[i - 1]
    if (record.id === subject?.id) return refuse('malformed', `record ${record.id} is there twice`)
    if (before !== undefined && before.logIndex >= record.logIndex) {
      return refuse('not-canonical', `record ${record.id} is out of the order of the log`)
    }
  }
  const inLogOrder = checked.map(({ proven }) => proven).sort((a, b) => a.logIndex - b.logIndex)
  for (const [i, record] of inLogOrder.entries()) {
    const before = inLogOrder[i - 1]
    if (before === undefined) continue
    const sameBlock = before.height === record.height && before.timeMs === record.timeMs
    const laterBlock = before.height < record.height && before.timeMs < record.timeMs
    if (!sameBlock && !laterBlock) {
      return refuse('bad-proof', `ledger time runs backwards at record ${record.id}`)
    }
  }
  return undefined
}
