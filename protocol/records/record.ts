import type { Digest } from '../digest.ts'
import type { SignatureCheck } from '../ports.ts'
import type { LedgerFields } from './ledger-fields.ts'
import {
  type CertificateType,
  isCertificateType,
  type Predicates,
  type RecordType,
  type Statement,
} from './statement.ts'

interface RecordBase<T extends RecordType> {
  readonly type: T
  /** SHA-256 of the DSSE pre-authentication encoding: what the signature covers. */
  readonly id: Digest
  readonly envelope: Uint8Array
  /** SHA-256 of the envelope: key of the cache of checked signatures. */
  readonly envelopeDigest: Digest
  readonly ledger: LedgerFields
  readonly statement: Statement<Predicates[T]>
  /** What remains to be checked: the author's signature. */
  readonly check: SignatureCheck
}

type RecordsByType = { readonly [T in RecordType]: RecordBase<T> }

/** A record of one of the given types. */
export type RecordOf<T extends RecordType> = RecordsByType[T]

/** A record whose form is right. Nothing is known yet of its signature, author or meaning. */
export type LedgerRecord = RecordOf<RecordType>

/** Whether a record registers an artefact. */
export function isCertificate(record: LedgerRecord): record is RecordOf<CertificateType> {
  return isCertificateType(record.type)
}
