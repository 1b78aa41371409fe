import { assert } from '../assert.ts'
import { digestOf } from '../digest.ts'
import { canonicalJson } from '../encoding/canonical-json.ts'
import { isRejection, type Rejection } from '../rejection.ts'
import { checkConsistency } from './consistency.ts'
import { keyOfDid } from './did-key.ts'
import { signMessage } from './ed25519.ts'
import { recordSignable, sealEnvelope } from './envelope.ts'
import type { KeyPredicate, RejoinPredicate } from './events/keys.ts'
import type { AdvisoryPredicate, ApprovalPredicate, WithdrawalPredicate } from './events/recalls.ts'
import { recordTypeOf } from './schemas.ts'
import {
  type CertificateType,
  PREDICATE_TYPES,
  type Predicates,
  type RecordType,
  type Statement,
  type Subject,
} from './statement.ts'

/** What an artefact is known by: the SHA-256 of its bytes, or a salted one for confidential things. */
export type SubjectDigest = Subject['digest']

/** Record types that speak of an artefact on the ledger. */
export type AboutArtefact = 'event' | 'phase' | 'recall' | 'status'

/**
 * The builders answer the canonical bytes of a statement, ready to be shown and signed, or the
 * refusal that every node would give.
 */
export function certificateStatement<T extends CertificateType>(
  type: T,
  digest: SubjectDigest,
  predicate: Predicates[T],
): Uint8Array | Rejection {
  const { name, version } = predicate.artefact
  return statementBytes(type, { name: `${name}@${version}`, digest }, predicate)
}

/** @param digest that of the artefact as its registration names it */
export function aboutArtefactStatement<T extends AboutArtefact>(
  type: T,
  digest: SubjectDigest,
  predicate: Predicates[T],
): Uint8Array | Rejection {
  return statementBytes(type, { name: predicate.artefact, digest }, predicate)
}

export function approvalStatement(predicate: ApprovalPredicate): Uint8Array | Rejection {
  const { proposal } = predicate
  return statementBytes('approval', { name: proposal, digest: { sha256: proposal } }, predicate)
}

/** @param digest SHA-256 of what the advisory was taken from: an OSV file, or its own packages */
export function advisoryStatement(
  digest: SubjectDigest,
  predicate: AdvisoryPredicate,
): Uint8Array | Rejection {
  return statementBytes('advisory', { name: predicate.advisory, digest }, predicate)
}

export function withdrawalStatement(predicate: WithdrawalPredicate): Uint8Array | Rejection {
  const { advisory } = predicate
  return statementBytes('withdrawal', { name: advisory, digest: { sha256: advisory } }, predicate)
}

/** @param predicate with a proof of possession (chain/identity.ts) */
export function keyStatement(predicate: KeyPredicate): Uint8Array | Rejection {
  const { did, name } = predicate.key
  const key = keyOfDid(did)
  if (isRejection(key)) return key
  return statementBytes('key', { name, digest: { sha256: digestOf(key) } }, predicate)
}

export function rejoinStatement(predicate: RejoinPredicate): Uint8Array | Rejection {
  const name = predicate.consensusKey
  const key = keyOfDid(name)
  if (isRejection(key)) return key
  return statementBytes('rejoin', { name, digest: { sha256: digestOf(key) } }, predicate)
}

/**
 * Signs a statement and seals it.
 *
 * @param statement canonical bytes, as the builders give them
 * @param seed 32-byte secret of the author
 */
export function signStatement(statement: Uint8Array, seed: Uint8Array): Uint8Array {
  return sealEnvelope(statement, signMessage(seed, recordSignable(statement)))
}

function statementBytes<T extends RecordType>(
  type: T,
  subject: Subject,
  predicate: Predicates[T],
): Uint8Array | Rejection {
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subject],
    predicateType: PREDICATE_TYPES[type],
    predicate,
  }
  const known = recordTypeOf(statement)
  if (isRejection(known)) return known
  assert(known === type, 'a statement is of the type it was built as')
  return checkConsistency(type, statement) ?? canonicalJson(statement)
}
