import type { Digest } from '../digest.ts'
import type {
  ArtefactPredicate,
  DatasetPredicate,
  ModelPredicate,
  PipelinePredicate,
  RawDataPredicate,
} from './certificates/certificates.ts'
import type { EventPredicate, PhasePredicate } from './events/events.ts'
import type { KeyPredicate, RejoinPredicate } from './events/keys.ts'
import type {
  AdvisoryPredicate,
  ApprovalPredicate,
  RecallPredicate,
  StatusPredicate,
  WithdrawalPredicate,
} from './events/recalls.ts'

/** One in-toto Statement v1: what a person signs. */
export interface Statement<P = Predicate> {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: P
}

export interface Subject {
  readonly name: string
  readonly digest: { readonly sha256: Digest } | { readonly 'pedigree-salted-sha256': Digest }
}

/** What each record type says. */
export interface Predicates {
  readonly 'raw-data': RawDataPredicate
  readonly dataset: DatasetPredicate
  readonly model: ModelPredicate
  readonly pipeline: PipelinePredicate
  readonly artefact: ArtefactPredicate
  readonly event: EventPredicate
  readonly phase: PhasePredicate
  readonly recall: RecallPredicate
  readonly approval: ApprovalPredicate
  readonly advisory: AdvisoryPredicate
  readonly withdrawal: WithdrawalPredicate
  readonly status: StatusPredicate
  readonly key: KeyPredicate
  readonly rejoin: RejoinPredicate
}

export type RecordType = keyof Predicates
export type Predicate = Predicates[RecordType]

export const PREDICATE_TYPES = {
  'raw-data': 'https://pedigree.dev/raw-data/v1',
  dataset: 'https://pedigree.dev/dataset/v1',
  model: 'https://pedigree.dev/model/v1',
  pipeline: 'https://pedigree.dev/pipeline/v1',
  artefact: 'https://pedigree.dev/artefact/v1',
  event: 'https://pedigree.dev/event/v1',
  phase: 'https://pedigree.dev/phase/v1',
  recall: 'https://pedigree.dev/recall/v1',
  approval: 'https://pedigree.dev/approval/v1',
  advisory: 'https://pedigree.dev/advisory/v1',
  withdrawal: 'https://pedigree.dev/withdrawal/v1',
  status: 'https://pedigree.dev/status/v1',
  key: 'https://pedigree.dev/key/v1',
  rejoin: 'https://pedigree.dev/rejoin/v1',
} as const satisfies Record<RecordType, string>

/** Record types that register an artefact: birth certificates. */
export const CERTIFICATE_TYPES = ['raw-data', 'dataset', 'model', 'pipeline', 'artefact'] as const
export type CertificateType = (typeof CERTIFICATE_TYPES)[number]

export function isCertificateType(type: RecordType): type is CertificateType {
  return (CERTIFICATE_TYPES as readonly RecordType[]).includes(type)
}
