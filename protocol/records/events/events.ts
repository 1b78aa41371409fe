import type { Digest } from '../../digest.ts'
import type {
  ArtefactReference,
  AttachedEvidence,
  Bound,
  InputEdge,
  Scalars,
  Software,
  Step,
} from '../certificates/certificates.ts'
import type { LedgerFields } from '../ledger-fields.ts'

/**
 * Something happened to an artefact. Which events there are, who may sign them and what they must say
 * is declared for each artefact type (rules/artefact-types.ts). Subject: the artefact, as its
 * registration names it, under the record id of that.
 */
export interface EventPredicate {
  readonly ledger: LedgerFields
  readonly artefact: Digest
  readonly event: string
  /** What the declaration asks for and more: `reason`, `to`, `metric`, … */
  readonly details: Scalars
  /** Certified artefacts that took part, by role: `pipeline`, `successor`, `dataset`, … */
  readonly references?: Readonly<Record<string, ArtefactReference>>
  readonly evidence: readonly AttachedEvidence[]
}

export const PHASES = [
  'requirements',
  'collection',
  'cleaning',
  'labelling',
  'features',
  'training',
  'evaluation',
  'deployment',
  'monitoring',
] as const
export type Phase = (typeof PHASES)[number]

/** What each of the nine phases of a model's life says (S3 5.4.1, rows M27 to M35). */
export interface PhaseContents {
  readonly requirements: { readonly goal: string }
  readonly collection: {
    readonly acquisition: string
    readonly sensorModel?: string
    readonly environment?: Scalars
    readonly bounds?: readonly Bound[]
  }
  readonly cleaning: { readonly steps: readonly Step[] }
  readonly labelling: {
    readonly method: string
    readonly instructions: string
    readonly software: string
    /** Who labelled: the did:key of a registered person, or a name that nobody looks up. */
    readonly person: string
  }
  readonly features: { readonly steps: readonly Step[] }
  readonly training: {
    readonly hyperparameters: Scalars
    readonly software?: readonly Software[]
    readonly hardware?: Scalars
  }
  readonly evaluation: {
    readonly metrics: Scalars
    /** What it was measured on, as a certificate names its data: with the exact subset. */
    readonly datasets?: readonly InputEdge[]
  }
  readonly deployment: { readonly pipeline: ArtefactReference; readonly place?: string }
  readonly monitoring: {
    readonly thresholds: readonly Bound[]
  }
}

/** One phase of a model's birth certificate, signed by whoever did it. Subject: as of an event. */
export interface PhasePredicate<P extends Phase = Phase> {
  readonly ledger: LedgerFields
  readonly artefact: Digest
  readonly phase: P
  /** May be left out when there are only decisions to tell. */
  readonly content?: PhaseContents[P]
  /** In free words (G32). */
  readonly decisions?: readonly string[]
  /** Record id of an earlier one of the same phase and organisation that this corrects; it stays. */
  readonly supersedes?: Digest
  readonly evidence: readonly AttachedEvidence[]
}
