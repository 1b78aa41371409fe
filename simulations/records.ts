import { createHash } from 'node:crypto'
import type { Digest } from '../protocol/digest.ts'
import { datasetStatement, modelStatement, retirementStatement } from '../protocol/records/build.ts'
import { recordIdOf, recordSignable, sealEnvelope } from '../protocol/records/envelope.ts'
import type { DatasetEdge, LedgerFields, ParentEdge } from '../protocol/records/statement.ts'
import { isRejection, type Rejection } from '../protocol/rejection.ts'
import type { Person } from './invented-network.ts'
import type { SignatureScheme } from './signatures.ts'

/** A signed record, and what others need to refer to it. */
export interface SignedRecord {
  readonly id: Digest
  readonly envelope: Uint8Array
  /** Of the artefact that it registers or is about. */
  readonly artefact: Digest
  readonly expires: number
  readonly author: Person
}

export interface Signing {
  readonly chain: Digest
  readonly scheme: SignatureScheme
  readonly author: Person
  readonly nonce: number
  readonly expires: number
}

export function artefactDigest(name: string): Digest {
  return createHash('sha256').update(name).digest('hex') as Digest
}

export function signDataset(signing: Signing, name: string): SignedRecord {
  const artefact = artefactDigest(name)
  const description = {
    form: 'file',
    name,
    version: '1',
    bytes: 1,
    files: 1,
    share: 'local',
  } as const
  const predicate = { ledger: ledgerFields(signing), artefact: description, evidence: [] }
  return signed(signing, artefact, datasetStatement({ sha256: artefact }, predicate))
}

export interface Ancestry {
  readonly datasets: readonly DatasetEdge[]
  readonly parents: readonly ParentEdge[]
}

export function signModel(
  signing: Signing,
  name: string,
  { datasets, parents }: Ancestry,
): SignedRecord {
  const artefact = artefactDigest(name)
  const description = {
    form: 'file',
    name,
    version: '1',
    bytes: 1,
    files: 1,
    share: 'local',
  } as const
  const predicate = {
    ledger: ledgerFields(signing),
    artefact: description,
    modelId: '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
    datasets,
    parents,
    evidence: [],
  }
  return signed(signing, artefact, modelStatement({ sha256: artefact }, predicate))
}

export function signRetirement(
  signing: Signing,
  retired: Pick<SignedRecord, 'id' | 'artefact'>,
): SignedRecord {
  const predicate = {
    ledger: ledgerFields(signing),
    artefact: retired.id,
    reason: 'the simulation is over',
  }
  return signed(
    signing,
    retired.artefact,
    retirementStatement({ sha256: retired.artefact }, predicate),
  )
}

function ledgerFields({ chain, author, nonce, expires }: Signing): LedgerFields {
  return { chain, author: author.did, nonce, expires }
}

function signed(
  signing: Signing,
  artefact: Digest,
  statement: Uint8Array | Rejection,
): SignedRecord {
  if (isRejection(statement)) throw new Error(`an invented record is refused: ${statement.detail}`)
  const { scheme, author, expires } = signing
  const envelope = sealEnvelope(statement, scheme.sign(author.key, recordSignable(statement)))
  return { id: recordIdOf(statement), envelope, artefact, expires, author }
}
