import type { Header } from '../chain/header.ts'
import { verifyStateProof } from '../chain/state-proof.ts'
import type { Digest } from '../digest.ts'
import { isCertificate, type LedgerRecord } from '../records/record.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/subject.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { artefactTypeName } from '../replica/blocks/family-entry.ts'
import type { ArtefactState } from '../rules/artefact-state.ts'
import { encodeStateValue } from '../rules/state-value.ts'
import { stateKey } from '../storage-keys.ts'
import type { ReceiptRecord } from './receipt.ts'

/** Where a record stands, beside what it says. */
export interface RecordPlace {
  readonly header: Header
  /** That vouches for the record's author. */
  readonly organisation: string
}

/**
 * What the state says of a record comes with it, proven, and agrees with it: a registration with its
 * artefact, a phase with its correction, a recall with its outcome, an advisory with its withdrawal. No other
 * record has any.
 */
export function checkPresentState(
  record: LedgerRecord,
  item: ReceiptRecord,
  place: RecordPlace,
): Rejection | undefined {
  const { kind, key } = stateOf(record)
  const stray = KINDS.find((each) => each !== kind && item[each] !== undefined)
  if (stray !== undefined)
    return refuse('malformed', `record ${record.id} with a state of ${stray}`)
  if (kind === undefined) return undefined
  const proven = item[kind]
  if (proven === undefined) {
    return refuse('bad-proof', `the state of ${kind} ${record.id} is missing`)
  }
  const { state, siblings } = proven
  const claim = { siblings, other: null }
  if (!verifyStateProof(place.header.stateRoot, key, encodeStateValue(state), claim)) {
    return refuse('bad-proof', `the state of ${kind} ${record.id} is not under the state root`)
  }
  return agrees(record, item, place)
    ? undefined
    : refuse('bad-proof', `the state of ${kind} ${record.id} is not of its record`)
}

const KINDS = ['artefact', 'phase', 'proposal', 'advisory'] as const

interface PlaceOfState {
  readonly kind?: (typeof KINDS)[number]
  readonly key: string
}

function stateOf(record: LedgerRecord): PlaceOfState {
  const { id, type } = record
  if (isCertificate(record)) return { kind: 'artefact', key: stateKey.artefact(id) }
  if (type === 'phase') return { kind: 'phase', key: stateKey.phase(id) }
  if (type === 'recall') return { kind: 'proposal', key: stateKey.proposal(id) }
  return type === 'advisory' ? { kind: 'advisory', key: stateKey.advisory(id) } : { key: '' }
}

function agrees(record: LedgerRecord, item: ReceiptRecord, place: RecordPlace): boolean {
  if (item.artefact !== undefined) {
    const { state } = item.artefact
    const isInOrder = item.height <= state.height && state.height <= place.header.height
    return isInOrder && isOfCertificate(state, record)
  }
  const own = { ...item.phase?.state, ...item.proposal?.state, ...item.advisory?.state }
  if (own.organisation !== place.organisation) return false
  if (record.type === 'advisory') return true
  if (record.type === 'phase') return isSame(own, record.statement.predicate, 'phase')
  return record.type === 'recall' && isSame(own, record.statement.predicate, 'action')
}

/** The owner may be another one by now, which the state root proves. */
function isOfCertificate(state: ArtefactState, record: LedgerRecord): boolean {
  if (!isCertificate(record)) return false
  const subject = subjectOf(record.statement)
  return (
    state.type === artefactTypeName(record) &&
    state.author === record.ledger.author &&
    state.digest === subjectDigest(subject) &&
    (state.salted === true) === isSalted(subject)
  )
}

type SaidOf<K extends string> = Readonly<Partial<Record<K, string>>> & {
  readonly artefact?: Digest
}

function isSame<K extends string>(state: SaidOf<K>, said: SaidOf<K>, field: K): boolean {
  return state.artefact === said.artefact && state[field] === said[field]
}
