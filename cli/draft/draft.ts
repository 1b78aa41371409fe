import type { Digest } from '../../protocol/digest.ts'
import type { JsonValue } from '../../protocol/encoding/canonical-json.ts'
import type { Relation } from '../../protocol/records/certificates/certificates.ts'
import type { Phase, PhaseContents } from '../../protocol/records/events/events.ts'
import type { Capture } from '../capture/capture.ts'

export const DRAFT_FORMAT = 'pedigree-draft/1'

/** What a command's result is meant to be. */
export const DRAFT_KINDS = ['dataset', 'model', 'evaluation'] as const
export type DraftKind = (typeof DRAFT_KINDS)[number]

/** The part of a draft that a person fills in. What was left empty is absent. */
export interface Yours {
  readonly as?: DraftKind
  /** Which of the captured outputs is meant, by its path in the project. */
  readonly output?: string
  /** NAME[@VERSION] */
  readonly name?: string
  readonly title?: string
  readonly description?: string
  /** Becomes the phase `requirements` of a model, when that one is not given. */
  readonly goal?: string
  readonly licence?: string
  readonly source?: string
  readonly acquisition?: string
  /** How parents were used; `finetune` if absent. */
  readonly relation?: Relation
  /** Why inputs are unknown that no answer speaks of. */
  readonly unknown?: string
  readonly answers?: readonly InputAnswer[]
  /** In free words: they are signed with a phase, `training` for a model. */
  readonly decisions?: readonly string[]
  readonly phases?: { readonly [P in Phase]?: PhaseContents[P] }
}

/** What a person says of an input that nobody certified. */
export interface InputAnswer {
  /** A file or a folder of the project: the answer holds for all below it. */
  readonly path: string
  /** An artefact on the ledger that it is, or was made of. */
  readonly is?: string
  /** Why its origin is not known. */
  readonly reason?: string
}

/** A captured fact that the person changed, added or removed. */
export interface FactChange {
  /** JSON pointer without list positions: `/files/data/a.csv/sha256`, `/parameters/lr`. */
  readonly at: string
  /** Absent: the person added it. */
  readonly captured?: JsonValue
  /** Absent: the person removed it. */
  readonly declared?: JsonValue
}

/** A draft that was read back and found whole. */
export interface Draft {
  /** Absolute path of the draft file. */
  readonly path: string
  readonly yours: Yours
  /** As it was sealed. */
  readonly original: Capture
  /** With what the person changed; that counts as declared. */
  readonly capture: Capture
  readonly changes: readonly FactChange[]
  /** SHA-256 of the canonical JSON of `original`. */
  readonly sealed: Digest
}
