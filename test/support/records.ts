import { createIdentityKey } from '../../protocol/chain/identity.ts'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import {
  datasetStatement,
  keyStatement,
  modelStatement,
  retirementStatement,
  type SubjectDigest,
  signStatement,
} from '../../protocol/records/build.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import type {
  ArtefactDescription,
  DatasetEdge,
  LedgerFields,
  ParentEdge,
} from '../../protocol/records/statement.ts'
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

export interface ModelOptions extends CertificateOptions {
  readonly datasets?: readonly DatasetEdge[]
  readonly parents?: readonly ParentEdge[]
}

export function signedDataset(options: CertificateOptions = {}): LedgerRecord {
  const { digest, artefact, description } = certificateParts(options, 'data')
  const statement = datasetStatement(digest, {
    ledger: ledgerFields(options),
    artefact,
    ...description,
    evidence: [],
  })
  return sealed(statement, options)
}

export function signedModel(options: ModelOptions = {}): LedgerRecord {
  const { digest, artefact, description } = certificateParts(options, 'model')
  const statement = modelStatement(digest, {
    ledger: ledgerFields(options),
    artefact,
    modelId: '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
    datasets: options.datasets ?? [{ kind: 'unknown', reason: 'a test' }],
    parents: options.parents ?? [],
    ...description,
    evidence: [],
  })
  return sealed(statement, options)
}

/** An edge that names a certificate truly. */
export function edgeTo(record: LedgerRecord) {
  return { kind: 'certified', record: record.id, digest: artefactDigest(record) } as const
}

/** The retirement of the artefact that `target` registered. */
export function signedRetirement(
  target: LedgerRecord,
  options: RecordOptions & { readonly reason?: string } = {},
): LedgerRecord {
  const statement = retirementStatement(subjectOf(target), {
    ledger: ledgerFields(options),
    artefact: target.id,
    reason: options.reason ?? 'superseded',
  })
  return sealed(statement, options)
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

function certificateParts(options: CertificateOptions, defaultName: string) {
  const name = options.name ?? defaultName
  const { description } = options
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
    digest: options.digest ?? { sha256: digestOf(utf8Encode(name)) },
    artefact,
    description: description === undefined ? {} : { description },
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
