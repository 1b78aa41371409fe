import { assert } from '../assert.ts'
import { digestOf } from '../digest.ts'
import { canonicalJson } from '../encoding/canonical-json.ts'
import { isRejection, type Rejection } from '../rejection.ts'
import { checkConsistency } from './consistency.ts'
import { keyOfDid } from './did-key.ts'
import { signMessage } from './ed25519.ts'
import { recordSignable, sealEnvelope } from './envelope.ts'
import { recordTypeOf } from './schemas.ts'
import {
  type DatasetPredicate,
  type KeyPredicate,
  type ModelPredicate,
  PREDICATE_TYPES,
  type Predicate,
  type RecordType,
  type RetirementPredicate,
  type Statement,
  type Subject,
} from './statement.ts'

/** What an artefact is known by: the SHA-256 of its bytes, or a salted one for confidential things. */
export type SubjectDigest = Subject['digest']

/**
 * The builders answer the canonical bytes of a statement, ready to be shown and signed, or the
 * refusal that every node would give.
 */
export function datasetStatement(
  digest: SubjectDigest,
  predicate: DatasetPredicate,
): Uint8Array | Rejection {
  return statementBytes('dataset', artefactSubject(digest, predicate), predicate)
}

export function modelStatement(
  digest: SubjectDigest,
  predicate: ModelPredicate,
): Uint8Array | Rejection {
  return statementBytes('model', artefactSubject(digest, predicate), predicate)
}

/** @param digest that of the artefact as its registration names it */
export function retirementStatement(
  digest: SubjectDigest,
  predicate: RetirementPredicate,
): Uint8Array | Rejection {
  return statementBytes('retirement', { name: predicate.artefact, digest }, predicate)
}

/** @param predicate with a proof of possession (chain/identity.ts) */
export function keyStatement(predicate: KeyPredicate): Uint8Array | Rejection {
  const key = keyOfDid(predicate.key.did)
  if (isRejection(key)) return key
  const subject = { name: predicate.key.name, digest: { sha256: digestOf(key) } }
  return statementBytes('key', subject, predicate)
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

function artefactSubject(
  digest: SubjectDigest,
  { artefact }: DatasetPredicate | ModelPredicate,
): Subject {
  return { name: `${artefact.name}@${artefact.version}`, digest }
}

function statementBytes(
  type: RecordType,
  subject: Subject,
  predicate: Predicate,
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
