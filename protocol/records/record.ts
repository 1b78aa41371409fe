import type { Digest } from '../digest.ts'
import type { SignatureCheck } from '../ports.ts'
import type {
  DatasetPredicate,
  KeyPredicate,
  LedgerFields,
  ModelPredicate,
  RetirementPredicate,
  Statement,
} from './statement.ts'

interface RecordBase<T extends string, P> {
  readonly type: T
  /** SHA-256 of the DSSE pre-authentication encoding: what the signature covers. */
  readonly id: Digest
  readonly envelope: Uint8Array
  /** SHA-256 of the envelope: key of the cache of checked signatures. */
  readonly envelopeDigest: Digest
  readonly ledger: LedgerFields
  readonly statement: Statement<P>
  /** What remains to be checked: the author's signature. */
  readonly check: SignatureCheck
}

/** A record whose form is right. Nothing is known yet of its signature, author or meaning. */
export type LedgerRecord =
  | RecordBase<'dataset', DatasetPredicate>
  | RecordBase<'model', ModelPredicate>
  | RecordBase<'retirement', RetirementPredicate>
  | RecordBase<'key', KeyPredicate>
