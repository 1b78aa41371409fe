import type { Digest } from '../../digest.ts'
import type { LedgerFields } from '../ledger-fields.ts'

/** The birth certificates: what documents an artefact. Rows G1 to G14, M26 to M42 and M76 to M79. */

/** What an artefact's bytes are and where they may be had. The digest itself is the statement's subject. */
export interface ArtefactDescription {
  /** A directory's digest is the SHA-256 of its manifest (artefacts/manifest.ts). */
  readonly form: 'file' | 'directory'
  /** `organisation/name@version` without the organisation: it is the author's. */
  readonly name: string
  readonly version: string
  /** What people call it, free text: Listing 1.1's `model-name`. */
  readonly title?: string
  readonly bytes: number
  readonly files: number
  readonly share: 'local' | 'members'
  /** CID v1 of the UnixFS file or directory; present when shared. */
  readonly cid?: string
  /** CID of a directory's manifest; present when a directory is shared. */
  readonly manifestCid?: string
}

/** An in-toto-like pointer to proof that is kept elsewhere. */
export interface AttachedEvidence {
  readonly kind: string
  readonly digest: Digest
  readonly location?: string
}

/** How a fact was learnt: seen by capture, said by the author, or concluded from something seen. */
export type How = 'observed' | 'declared' | 'inferred'

/** Named values in free choice: parameters, settings, measurements. Numbers beyond 2^53 are strings. */
export type Scalars = Readonly<Record<string, string | number | boolean>>

/** One package, by its package URL with a version. */
export interface Software {
  readonly purl: string
  readonly how?: How
}

/** One step that changed data: nothing of it may be missing (G30). */
export interface Step {
  readonly method: string
  readonly parameters: Scalars
  readonly software: string
  readonly command?: string
}

/** Limits of one field of the data. */
export interface Bound {
  readonly field: string
  readonly min?: number
  readonly max?: number
  readonly unit?: string
  /** Values beyond the limits that were found when this was signed; 0 says that they were looked for. */
  readonly outside?: number
}

/** Exactly which part of an artefact, by the digest of a list: of files, or of indices in one file. */
export interface Subset {
  readonly kind: 'files' | 'indices'
  readonly digest: Digest
  readonly count: number
  /** So many there are in all. */
  readonly of: number
}

/**
 * Something that was used: a certified artefact, checked against the ledger, or an open "not known".
 * A model's `datasets` are datasets and raw data; `inputs` may be anything, for models make data too.
 */
export type InputEdge =
  | {
      readonly kind: 'certified'
      readonly record: Digest
      readonly digest: Digest
      readonly how?: How
      readonly subset?: Subset
    }
  | {
      readonly kind: 'unknown'
      readonly reason: string
      readonly how?: How
      /** Of what was used, where it is known; nobody has certified it. */
      readonly digest?: Digest
    }

/** No data was used beyond what the parents are made from: said openly, and then alone. */
export interface NoDataEdge {
  readonly kind: 'none'
  readonly reason: string
  readonly how?: How
}

export type Relation = 'finetune' | 'adapter' | 'quantized' | 'merge' | 'distilled'

export type ParentEdge =
  | {
      readonly kind: 'certified'
      readonly record: Digest
      readonly digest: Digest
      readonly relation: Relation
      readonly how?: How
    }
  | {
      readonly kind: 'external'
      readonly uri: string
      readonly revision?: string
      readonly digest?: Digest
      readonly relation: Relation
      readonly how?: How
    }

/** A certified artefact, named and nothing more. */
export interface ArtefactReference {
  readonly record: Digest
  readonly digest: Digest
}

export type CaptureLayer = 'strace' | 'python' | 'snapshot' | 'log' | 'flags'

/** What is published of a capture; the whole of it stays at home, and its salted digest is here. */
export interface CaptureSummary {
  readonly sealed: Digest
  readonly layers: readonly CaptureLayer[]
  /** As it was typed, redacted. */
  readonly command?: string
  readonly code?: {
    /** Of git. */
    readonly commit: string
    /** SHA-256 of the uncommitted difference; absent when there was none. */
    readonly dirty?: Digest
  }
  readonly startedMs: number
  readonly durationMs: number
  readonly exitCode: number
  readonly filesRead: number
  readonly filesWritten: number
  readonly endpoints: number
  /** Captured facts that a person changed or removed: they count as declared. */
  readonly changed: number
  /** Where the inside could not be seen, in words. */
  readonly opaque?: string
}

/** What every birth certificate may say. */
interface Certificate {
  readonly ledger: LedgerFields
  readonly artefact: ArtefactDescription
  readonly description?: string
  readonly evidence: readonly AttachedEvidence[]
  /** Listing 1.1's opaque `payload`, base64. */
  readonly payload?: string
  readonly software?: readonly Software[]
  readonly capture?: CaptureSummary
}

export interface RawDataPredicate extends Certificate {
  readonly source: string
  readonly acquisition: string
  readonly dataType?: string
  readonly sensor?: string
  readonly licence?: string
  readonly bounds?: readonly Bound[]
}

export interface DatasetPredicate extends Certificate {
  readonly source?: string
  readonly acquisition?: string
  readonly dataType?: string
  readonly licence?: string
  readonly bounds?: readonly Bound[]
  /** What this one was made from: raw data, datasets, a model that generated it. */
  readonly inputs?: readonly InputEdge[]
  readonly steps?: readonly Step[]
}

export interface ModelPredicate extends Certificate {
  /** RFC 9562 UUID of the model, as Listing 1.1 has it. */
  readonly modelId: string
  readonly datasets: readonly (InputEdge | NoDataEdge)[]
  readonly parents: readonly ParentEdge[]
  readonly pipeline?: ArtefactReference
  readonly licence?: string
}

/** Part of a pipeline. Components run in their order (M38, M40). */
export interface Component {
  readonly name: string
  /** What rules about architectures speak of: `normalise`, `split`, `train`, … */
  readonly kind: string
  /** What changes the data, in order. */
  readonly processes: readonly string[]
  readonly components?: readonly Component[]
  readonly software?: readonly Software[]
  readonly configuration?: readonly Setting[]
}

export interface Setting {
  readonly key: string
  readonly value: string | number | boolean
  /** Where it is known; another value is a difference from the default. */
  readonly default?: string | number | boolean
}

/**
 * Its four sections are mandatory: components, the processes in each, software and configuration (M37).
 * An empty list says "none", which is another thing than silence.
 */
export interface PipelinePredicate extends Certificate {
  readonly components: readonly Component[]
  /** Of the pipeline as a whole; what only one component uses may stand there. */
  readonly software: readonly Software[]
  /** As `software`. */
  readonly configuration: readonly Setting[]
  /** Needs: memory, processors, secured storage, threads, secure channels, … (M88) */
  readonly resources?: Scalars
  readonly security?: Scalars
  readonly inputs?: readonly InputEdge[]
}

/** An artefact of a type that this network declared in its genesis. */
export interface ArtefactPredicate extends Certificate {
  readonly type: string
  readonly inputs: readonly InputEdge[]
  readonly content?: Scalars
}
