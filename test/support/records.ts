import { createIdentityKey } from '../../protocol/chain/identity.ts'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import {
  type AboutArtefact,
  aboutArtefactStatement,
  advisoryStatement,
  approvalStatement,
  certificateStatement,
  keyStatement,
  rejoinStatement,
  type SubjectDigest,
  signStatement,
  withdrawalStatement,
} from '../../protocol/records/build.ts'
import type {
  ArtefactDescription,
  ArtefactReference,
  Component,
  ModelPredicate,
  ParentEdge,
  Scalars,
} from '../../protocol/records/certificates/certificates.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { Phase, PhasePredicate } from '../../protocol/records/events/events.ts'
import type { AffectedPackage, Status } from '../../protocol/records/events/recalls.ts'
import type { LedgerFields } from '../../protocol/records/ledger-fields.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import type { CertificateType, Predicates } from '../../protocol/records/statement.ts'
import { isRejection, type Rejection } from '../../protocol/rejection.ts'
import {
  type TestKey,
  testGenesis,
  testKey,
  testOrganisation,
  testPerson,
  testRoleKey,
} from './keys.ts'

/** Ledger time at which the records of the tests are fresh. */
export const TEST_TIME_MS = 1_760_000_000_000

export interface RecordOptions {
  /** Whose person signs. */
  readonly org?: number
  /** Signs instead of the organisation's person. */
  readonly signer?: TestKey
  readonly chain?: Digest
  readonly nonce?: number
  readonly expires?: number
}

export interface CertificateOptions extends RecordOptions {
  readonly name?: string
  /** Of the artefact; derived from its name where it is not given. */
  readonly digest?: SubjectDigest
  readonly artefact?: Partial<ArtefactDescription>
  readonly description?: string
}

/** Further fields of the predicate. */
interface More<T extends CertificateType> {
  readonly more?: Partial<Predicates[T]>
}

export interface ModelOptions extends CertificateOptions, More<'model'> {
  readonly datasets?: ModelPredicate['datasets']
  readonly parents?: readonly ParentEdge[]
}

export function signedRawData(options: CertificateOptions & More<'raw-data'> = {}): LedgerRecord {
  const said = { source: 'the field', acquisition: 'a camera', ...options.more }
  return signedCertificate('raw-data', options, { ...common(options, 'raw'), ...said })
}

export function signedDataset(options: CertificateOptions & More<'dataset'> = {}): LedgerRecord {
  return signedCertificate('dataset', options, { ...common(options, 'data'), ...options.more })
}

export function signedModel(options: ModelOptions = {}): LedgerRecord {
  return signedCertificate('model', options, {
    ...common(options, 'model'),
    modelId: '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
    datasets: options.datasets ?? [{ kind: 'unknown', reason: 'a test' }],
    parents: options.parents ?? [],
    ...options.more,
  })
}

/** Of one component for each kind, in their order, unless its components are given. */
export function signedPipeline(
  options: CertificateOptions & More<'pipeline'> & { readonly kinds?: readonly string[] } = {},
): LedgerRecord {
  const components = (options.kinds ?? ['normalise', 'train']).map(componentOf)
  return signedCertificate('pipeline', options, {
    ...common(options, 'pipeline'),
    components,
    software: [],
    configuration: [],
    ...options.more,
  })
}

export function componentOf(kind: string): Component {
  return { name: `the-${kind}`, kind, processes: [`it runs ${kind}`] }
}

/** Of a type that the network declared. */
export function signedArtefact(
  type: string,
  options: CertificateOptions & More<'artefact'> = {},
): LedgerRecord {
  const said = { type, inputs: [], ...options.more }
  return signedCertificate('artefact', options, { ...common(options, 'artefact'), ...said })
}

function signedCertificate<T extends CertificateType>(
  type: T,
  options: CertificateOptions,
  predicate: Predicates[T],
): LedgerRecord {
  const sha256 = digestOf(utf8Encode(predicate.artefact.name))
  const statement = certificateStatement(type, options.digest ?? { sha256 }, predicate)
  return sealed(statement, options)
}

/** An edge that names a certificate truly. */
export function edgeTo(record: LedgerRecord) {
  return { kind: 'certified', record: record.id, digest: artefactDigest(record) } as const
}

/** An artefact as phases and events refer to it. */
export function referenceTo(record: LedgerRecord): ArtefactReference {
  return { record: record.id, digest: artefactDigest(record) }
}

export interface EventOptions extends RecordOptions {
  readonly details?: Scalars
  readonly references?: Readonly<Record<string, ArtefactReference>>
}

/** Something that happened to the artefact that `target` registered. */
export function signedEvent(
  target: LedgerRecord,
  event: string,
  options: EventOptions = {},
): LedgerRecord {
  const { details = {}, references } = options
  return signedAbout('event', target, options, {
    event,
    details,
    ...(references === undefined ? {} : { references }),
    evidence: [],
  })
}

export function signedRetirement(
  target: LedgerRecord,
  options: RecordOptions & { readonly reason?: string } = {},
): LedgerRecord {
  const details = { reason: options.reason ?? 'superseded' }
  return signedEvent(target, 'retired', { ...options, details })
}

type PhaseContent<P extends Phase> = Pick<PhasePredicate<P>, 'content' | 'decisions' | 'supersedes'>

export function signedPhase<P extends Phase>(
  target: LedgerRecord,
  phase: P,
  options: RecordOptions & PhaseContent<P>,
): LedgerRecord {
  const { content, decisions, supersedes } = options
  return signedAbout('phase', target, options, {
    phase,
    ...(content === undefined ? {} : { content }),
    ...(decisions === undefined ? {} : { decisions }),
    ...(supersedes === undefined ? {} : { supersedes }),
    evidence: [],
  })
}

/** A recall, or a proposal of one: that depends on who owns the artefact. */
export function signedRecall(
  target: LedgerRecord,
  options: RecordOptions & { readonly action?: 'recall' | 'lift'; readonly reason?: string } = {},
): LedgerRecord {
  const { action = 'recall', reason = 'labels were swapped' } = options
  return signedAbout('recall', target, options, { action, reason })
}

/** An organisation approves a proposal by its admin key. */
export function signedApproval(proposal: LedgerRecord, options: RecordOptions = {}): LedgerRecord {
  const signer = options.signer ?? testRoleKey(options.org ?? 0, 'admin')
  const signing = { ...options, signer }
  const predicate = { ledger: ledgerFields(signing), proposal: proposal.id }
  return sealed(approvalStatement(predicate), signing)
}

export function signedAdvisory(
  options: RecordOptions & { readonly packages?: readonly AffectedPackage[] } = {},
): LedgerRecord {
  const packages = options.packages ?? [{ purl: 'pkg:pypi/scikit-learn', versions: ['1.2.0'] }]
  const predicate = {
    ledger: ledgerFields(options),
    advisory: 'CVE-2026-1234',
    summary: 'it loads what a stranger wrote',
    packages,
  }
  return sealed(advisoryStatement({ sha256: digestOf(utf8Encode('osv')) }, predicate), options)
}

/** An organisation takes its advisory back. */
export function signedWithdrawal(
  advisory: LedgerRecord,
  options: RecordOptions & { readonly reason?: string } = {},
): LedgerRecord {
  const { reason = 'it was another package of that name' } = options
  const predicate = { ledger: ledgerFields(options), advisory: advisory.id, reason }
  return sealed(withdrawalStatement(predicate), options)
}

/** The owner's answer to the recall or advisory `about`. */
export function signedStatus(
  target: LedgerRecord,
  about: LedgerRecord,
  options: RecordOptions & { readonly status?: Status; readonly reason?: string } = {},
): LedgerRecord {
  const { status = 'not_affected', reason = 'it is not loaded' } = options
  return signedAbout('status', target, options, { about: about.id, status, reason })
}

function signedAbout<T extends AboutArtefact>(
  type: T,
  target: LedgerRecord,
  options: RecordOptions,
  said: Omit<Predicates[T], 'ledger' | 'artefact'>,
): LedgerRecord {
  const predicate = { ledger: ledgerFields(options), artefact: target.id, ...said }
  return sealed(
    aboutArtefactStatement(type, subjectOf(target), predicate as Predicates[T]),
    options,
  )
}

/** An admin registers the person whose key has the given number. */
export function signedKey(
  options: RecordOptions & { readonly key?: number; readonly possession?: string } = {},
): LedgerRecord {
  const org = options.org ?? 0
  const { seed } = testKey(options.key ?? 90_001)
  const made = createIdentityKey(testOrganisation(org), { class: 'person', name: 'grace', seed })
  const signer = options.signer ?? testRoleKey(org, 'admin')
  const possession = options.possession ?? made.possession
  const statement = keyStatement({
    ledger: ledgerFields({ ...options, signer }),
    key: { did: made.did, class: 'person', name: made.name, possession },
  })
  return sealed(statement, { ...options, signer })
}

/** An admin lets a node sign again: its own, unless `of` names another organisation's. */
export function signedRejoin(
  options: RecordOptions & {
    readonly of?: number
    readonly key?: string
    readonly nonceOfNode?: Digest
  } = {},
): LedgerRecord {
  const { org = 0, nonceOfNode = digestOf(utf8Encode('nonce')) } = options
  const signing = { ...options, signer: options.signer ?? testRoleKey(org, 'admin') }
  const consensusKey = options.key ?? testRoleKey(options.of ?? org, 'consensus').did
  const ledger = ledgerFields(signing)
  return sealed(rejoinStatement({ ledger, consensusKey, nonce: nonceOfNode }), signing)
}

/** A value that the test expects to be good. */
export function accepted<T>(value: T | Rejection): T {
  if (isRejection(value)) throw new Error(`${value.rejected}: ${value.detail}`)
  return value
}

function signerOf({ org, signer }: RecordOptions): TestKey {
  return signer ?? testPerson(org ?? 0)
}

function ledgerFields(options: RecordOptions): LedgerFields {
  return {
    chain: options.chain ?? testGenesis().genesis.chain,
    author: signerOf(options).did,
    nonce: options.nonce ?? 1,
    expires: options.expires ?? TEST_TIME_MS + 3_600_000,
  }
}

function common(options: CertificateOptions, defaultName: string) {
  const { name = defaultName, description } = options
  const artefact: ArtefactDescription = {
    form: 'file',
    name,
    version: '1',
    bytes: 1_000,
    files: 1,
    share: 'local',
    ...options.artefact,
  }
  return {
    ledger: ledgerFields(options),
    artefact,
    ...(description === undefined ? {} : { description }),
    evidence: [],
  }
}

function sealed(statement: Uint8Array | Rejection, options: RecordOptions): LedgerRecord {
  return accepted(parseEnvelope(signStatement(accepted(statement), signerOf(options).seed)))
}

function subjectOf(record: LedgerRecord): SubjectDigest {
  return (record.statement.subject[0] as { readonly digest: SubjectDigest }).digest
}

function artefactDigest(record: LedgerRecord): Digest {
  return Object.values(subjectOf(record))[0] as Digest
}
