import { assert } from '../assert.ts'
import type { Digest } from '../digest.ts'
import { INDEX_PAGE_ENTRIES, RECEIPT_BYTES_MAX, RECEIPT_RECORDS_MAX } from '../limits.ts'
import { PAUSE, type Query } from '../queries/query.ts'
import {
  type CommittedRecord,
  type LedgerView,
  readCommitted,
  stateView,
  storedId,
} from '../queries/read-record.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { readAdvisory } from '../rules/advisory-rules.ts'
import { readArtefact } from '../rules/artefact-state.ts'
import { PREFIXES } from '../storage-keys.ts'
import { relatedRecords } from './related-records.ts'

export interface ReceiptReach {
  /** With every record that the subject stands on, all the way up. */
  readonly ancestors: boolean
  /** With everything that was said of the subject: events, phases, recalls with their approvals, answers. */
  readonly full: boolean
}

/**
 * The records of one receipt: the subject, then the others in the order of the log. Refuses with
 * unknown-subject what is not on the ledger, and with too-large what no receipt can hold.
 */
export function* gatherRecords(
  ledger: LedgerView,
  id: Digest,
  { ancestors, full }: ReceiptReach,
): Query<readonly CommittedRecord[] | Rejection> {
  const gathering = new Gathering(ledger)
  const subject = gathering.add(id)
  if (subject === undefined) return refuse('unknown-subject', `${id} is not on the ledger`)
  if (ancestors) yield* addAncestors(gathering, subject)
  if (full) yield* addSaid(gathering, subject)
  yield* addReasons(gathering)
  if (gathering.isOverfull) return tooLarge({ ancestors, full })
  const others = gathering.records.filter((each) => each !== subject)
  return [subject, ...others.sort((a, b) => a.position.logIndex - b.position.logIndex)]
}

/** What was found so far; nothing more is read once no receipt could hold it. */
class Gathering {
  readonly ledger: LedgerView
  readonly #found = new Map<Digest, CommittedRecord>()
  #base64Chars = 0

  constructor(ledger: LedgerView) {
    this.ledger = ledger
  }

  get records(): CommittedRecord[] {
    return [...this.#found.values()]
  }

  get isOverfull(): boolean {
    return this.#found.size > RECEIPT_RECORDS_MAX || this.#base64Chars > RECEIPT_BYTES_MAX
  }

  /** @returns undefined for what is not on the ledger, or was found before */
  add(id: Digest): CommittedRecord | undefined {
    if (this.#found.has(id)) return undefined
    const record = readCommitted(this.ledger, id)
    if (record === undefined) return undefined
    this.#found.set(id, record)
    this.#base64Chars += (record.record.envelope.length * 4) / 3
    return record
  }

  /** Of an id that the ledger itself names. @returns undefined for what was found before */
  mustAdd(id: Digest): CommittedRecord | undefined {
    const added = this.add(id)
    assert(added !== undefined || this.#found.has(id), 'a named record is on the ledger')
    return added
  }
}

/** Edges point to older records only, so this ends. */
function* addAncestors(gathering: Gathering, subject: CommittedRecord): Query<void> {
  const waiting = [subject]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { record } of relatedRecords(next.record)) {
      yield PAUSE
      const ancestor = gathering.mustAdd(record)
      if (ancestor !== undefined) waiting.push(ancestor)
    }
    if (gathering.isOverfull) return
  }
}

/** What was said of the subject, and of proposals among that: their approvals. */
function* addSaid(gathering: Gathering, subject: CommittedRecord): Query<void> {
  const waiting = [subject.record.id]
  for (let about = waiting.pop(); about !== undefined; about = waiting.pop()) {
    const prefix = `${PREFIXES.event}${about}/`
    let after: string | undefined
    do {
      const place = after === undefined ? {} : { after }
      const entries = yield { prefix, limit: INDEX_PAGE_ENTRIES, ...place }
      for (const { value } of entries) {
        yield PAUSE
        const said = gathering.mustAdd(storedId(value))
        if (said?.record.type === 'recall') waiting.push(said.record.id)
        if (gathering.isOverfull) return
      }
      after = entries.length < INDEX_PAGE_ENTRIES ? undefined : entries.at(-1)?.key
    } while (after !== undefined)
  }
}

/** The records that say why some of what was found is recalled, or withdrawn. */
function* addReasons(gathering: Gathering): Query<void> {
  const view = stateView(gathering.ledger.reader)
  for (const { record } of gathering.records) {
    yield PAUSE
    if (gathering.isOverfull) return
    const reason =
      record.type === 'advisory'
        ? readAdvisory(view, record.id)?.withdrawnBy
        : readArtefact(view, record.id)?.recall?.record
    if (reason !== undefined) gathering.mustAdd(reason)
  }
}

/** Whatever others said of an artefact, its plain receipt can be had. */
function tooLarge({ ancestors, full }: ReceiptReach): Rejection {
  const most = `more than ${RECEIPT_RECORDS_MAX} records or ${RECEIPT_BYTES_MAX} bytes`
  const less = [
    ...(full ? ['not in full (a plain receipt proves how many records it leaves out)'] : []),
    ...(ancestors ? ['without ancestors'] : []),
  ]
  return refuse('too-large', less.length === 0 ? most : `${most}: ask ${less.join(', or ')}`)
}
