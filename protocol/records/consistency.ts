import { digestOf } from '../digest.ts'
import { isRejection, type Rejection } from '../rejection.ts'
import {
  checkBounds,
  checkCertificate,
  checkEdges,
} from './certificates/certificate-consistency.ts'
import { keyOfDid } from './did-key.ts'
import type { EventPredicate, PhasePredicate } from './events/events.ts'
import type { KeyPredicate, RejoinPredicate } from './events/keys.ts'
import { labellerKey } from './events/labeller.ts'
import { checkAdvisory, checkApproval, checkWithdrawal } from './events/recall-consistency.ts'
import type { RecallPredicate, StatusPredicate } from './events/recalls.ts'
import { fault } from './fault.ts'
import type { Predicates, RecordType, Statement } from './statement.ts'
import { isSalted, subjectDigest, subjectOf } from './subject.ts'

type Check<T extends RecordType> = (statement: Statement<Predicates[T]>) => Rejection | undefined

const CHECKS: { readonly [T in RecordType]: Check<T> } = {
  'raw-data': checkCertificate,
  dataset: checkCertificate,
  model: checkCertificate,
  pipeline: checkCertificate,
  artefact: checkCertificate,
  event: checkEvent,
  phase: checkPhase,
  recall: checkNamesArtefact,
  approval: checkApproval,
  advisory: checkAdvisory,
  withdrawal: checkWithdrawal,
  status: checkNamesArtefact,
  key: checkKey,
  rejoin: checkRejoin,
}

/**
 * What a schema cannot say: the parts of one statement agree with each other. Needs no state, so a
 * statement that fails here is malformed for everyone and for ever.
 *
 * @param statement one that the schema of `type` admitted
 */
export function checkConsistency(type: RecordType, statement: Statement): Rejection | undefined {
  return (CHECKS[type] as (statement: Statement) => Rejection | undefined)(statement)
}

type SpeaksOfArtefact = EventPredicate | PhasePredicate | RecallPredicate | StatusPredicate

function checkNamesArtefact(statement: Statement<SpeaksOfArtefact>): Rejection | undefined {
  return subjectOf(statement).name === statement.predicate.artefact
    ? undefined
    : fault('/subject/0/name', 'must be the record id of the artefact')
}

function checkEvent(statement: Statement<EventPredicate>): Rejection | undefined {
  const { artefact, references = {} } = statement.predicate
  const own = Object.entries(references).find(([, { record }]) => record === artefact)
  return own === undefined
    ? checkNamesArtefact(statement)
    : fault(`/predicate/references/${own[0]}`, 'must be another artefact')
}

function checkPhase(statement: Statement<PhasePredicate>): Rejection | undefined {
  const { content, decisions } = statement.predicate
  if (content === undefined && decisions === undefined) {
    return fault('/predicate', 'must have content or decisions')
  }
  return checkNamesArtefact(statement) ?? checkContent(content)
}

function checkContent(content: PhasePredicate['content']): Rejection | undefined {
  if (content === undefined) return undefined
  const labeller = labellerKey(content)
  if (labeller !== undefined && isRejection(keyOfDid(labeller))) {
    return fault('/predicate/content/person', 'must be the did:key of an Ed25519 key, or a name')
  }
  if ('thresholds' in content) {
    return checkBounds(content.thresholds, '/predicate/content/thresholds')
  }
  if ('datasets' in content) return checkEdges(content.datasets, '/predicate/content/datasets')
  return 'bounds' in content ? checkBounds(content.bounds, '/predicate/content/bounds') : undefined
}

function checkKey(statement: Statement<KeyPredicate>): Rejection | undefined {
  const { did, name } = statement.predicate.key
  return checkIsKey(statement, did, name, 'the name of the key')
}

function checkRejoin(statement: Statement<RejoinPredicate>): Rejection | undefined {
  const { consensusKey } = statement.predicate
  return checkIsKey(statement, consensusKey, consensusKey, 'the did:key of the consensus key')
}

/** The subject is a key, known by the SHA-256 of its 32 bytes. */
function checkIsKey(
  statement: Statement,
  did: string,
  name: string,
  what: string,
): Rejection | undefined {
  const subject = subjectOf(statement)
  const key = keyOfDid(did)
  if (isRejection(key)) return key
  if (subject.name !== name) return fault('/subject/0/name', `must be ${what}`)
  return isSalted(subject) || subjectDigest(subject) !== digestOf(key)
    ? fault('/subject/0/digest', 'must be the SHA-256 of the raw key')
    : undefined
}
