import { createHash } from 'node:crypto'
import { type Digest, digestOf } from '../protocol/digest.ts'
import {
  type AboutArtefact,
  aboutArtefactStatement,
  advisoryStatement,
  approvalStatement,
  certificateStatement,
  rejoinStatement,
  withdrawalStatement,
} from '../protocol/records/build.ts'
import type {
  ArtefactReference,
  InputEdge,
  ParentEdge,
  Scalars,
} from '../protocol/records/certificates/certificates.ts'
import { didOf } from '../protocol/records/did-key.ts'
import { recordIdOf, recordSignable, sealEnvelope } from '../protocol/records/envelope.ts'
import type { LedgerFields } from '../protocol/records/ledger-fields.ts'
import type { CertificateType, Predicates } from '../protocol/records/statement.ts'
import { isRejection, type Rejection } from '../protocol/rejection.ts'
import type { Person } from './invented-network.ts'
import type { KeyPair, SignatureScheme } from './signatures.ts'

/** A signed record, and what others need to refer to it. */
export interface SignedRecord {
  readonly id: Digest
  readonly envelope: Uint8Array
  /** Of the artefact that it registers or is about. */
  readonly artefact: Digest
  /** Record id of the artefact or proposal that it is about; its own where it registers one. */
  readonly about: Digest
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

export function signRawData(signing: Signing, name: string): SignedRecord {
  const said = { source: 'nowhere', acquisition: 'invented' }
  return signCertificate('raw-data', name, { ...common(signing, name), ...said }, signing)
}

/** @param inputs what it was made from; an origin where they are left out */
export function signDataset(
  signing: Signing,
  name: string,
  inputs?: readonly InputEdge[],
): SignedRecord {
  const made = inputs === undefined ? {} : { inputs }
  return signCertificate('dataset', name, { ...common(signing, name), ...made }, signing)
}

export interface Ancestry {
  readonly datasets: readonly InputEdge[]
  readonly parents: readonly ParentEdge[]
  readonly pipeline?: ArtefactReference
}

export function signModel(signing: Signing, name: string, ancestry: Ancestry): SignedRecord {
  const modelId = '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c'
  return signCertificate('model', name, { ...common(signing, name), modelId, ...ancestry }, signing)
}

/** @param kinds of its components, in their order */
export function signPipeline(
  signing: Signing,
  name: string,
  kinds: readonly string[],
): SignedRecord {
  const components = kinds.map((kind) => ({ name: kind, kind, processes: [] }))
  const said = { components, software: [], configuration: [] }
  return signCertificate('pipeline', name, { ...common(signing, name), ...said }, signing)
}

/** What the ledger has under a record id. */
export type Target = Pick<SignedRecord, 'id' | 'artefact'>

export function signEvent(
  signing: Signing,
  target: Target,
  event: string,
  details: Scalars = {},
): SignedRecord {
  return signAbout(signing, target, 'event', { event, details, evidence: [] })
}

export function signRetirement(signing: Signing, retired: Target): SignedRecord {
  return signEvent(signing, retired, 'retired', { reason: 'the simulation is over' })
}

export function signPhase(signing: Signing, target: Target, goal: string): SignedRecord {
  const phase = 'requirements'
  return signAbout(signing, target, 'phase', { phase, content: { goal }, evidence: [] })
}

export function signRecall(
  signing: Signing,
  target: Target,
  action: 'recall' | 'lift',
): SignedRecord {
  return signAbout(signing, target, 'recall', { action, reason: 'invented' })
}

/** @param signing of an admin */
export function signApproval(signing: Signing, { id, artefact }: Target): SignedRecord {
  const predicate = { ledger: ledgerFields(signing), proposal: id }
  return signed(signing, { artefact, about: id }, approvalStatement(predicate))
}

/** @param signing of the admin whose node has this key */
export function signRejoin(signing: Signing, key: KeyPair, nonce: Digest): SignedRecord {
  const artefact = digestOf(key.publicKey)
  const consensusKey = didOf(key.publicKey)
  const predicate = { ledger: ledgerFields(signing), consensusKey, nonce }
  return signed(signing, { artefact }, rejoinStatement(predicate))
}

/** Of a package that nothing invented was made with. */
export function signAdvisory(signing: Signing, name: string): SignedRecord {
  const artefact = artefactDigest(name)
  const packages = [{ purl: 'pkg:npm/invented', versions: ['1.0.0'] }]
  const predicate = { ledger: ledgerFields(signing), advisory: name, summary: 'invented', packages }
  return signed(signing, { artefact }, advisoryStatement({ sha256: artefact }, predicate))
}

export function signWithdrawal(signing: Signing, { id, artefact }: Target): SignedRecord {
  const predicate = { ledger: ledgerFields(signing), advisory: id, reason: 'invented' }
  return signed(signing, { artefact, about: id }, withdrawalStatement(predicate))
}

/** @param about the recall or the advisory that is answered */
export function signAnswer(signing: Signing, target: Target, about: Digest): SignedRecord {
  return signAbout(signing, target, 'status', { about, status: 'not_affected', reason: 'invented' })
}

function signCertificate<T extends CertificateType>(
  type: T,
  name: string,
  predicate: Predicates[T],
  signing: Signing,
): SignedRecord {
  const artefact = artefactDigest(name)
  return signed(signing, { artefact }, certificateStatement(type, { sha256: artefact }, predicate))
}

function signAbout<T extends AboutArtefact>(
  signing: Signing,
  { id, artefact }: Target,
  type: T,
  said: Omit<Predicates[T], 'ledger' | 'artefact'>,
): SignedRecord {
  const predicate = { ledger: ledgerFields(signing), artefact: id, ...said } as Predicates[T]
  const statement = aboutArtefactStatement(type, { sha256: artefact }, predicate)
  return signed(signing, { artefact, about: id }, statement)
}

function common(signing: Signing, name: string) {
  const description = {
    form: 'file',
    name,
    version: '1',
    bytes: 1,
    files: 1,
    share: 'local',
  } as const
  return { ledger: ledgerFields(signing), artefact: description, evidence: [] }
}

export function ledgerFields({ chain, author, nonce, expires }: Signing): LedgerFields {
  return { chain, author: author.did, nonce, expires }
}

export function signed(
  { scheme, author, expires }: Signing,
  { artefact, about }: { readonly artefact: Digest; readonly about?: Digest },
  statement: Uint8Array | Rejection,
): SignedRecord {
  if (isRejection(statement)) throw new Error(`an invented record is refused: ${statement.detail}`)
  const id = recordIdOf(statement)
  const envelope = sealEnvelope(statement, scheme.sign(author.key, recordSignable(statement)))
  return { id, envelope, artefact, about: about ?? id, expires, author }
}
