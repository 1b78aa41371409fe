import type { How, Subset } from '../../protocol/records/certificates/certificates.ts'
import type { CapturedFile } from '../capture/capture.ts'
import type { KnownArtefact } from './known-artefacts.ts'

/** A certified artefact that was used, and by which files. */
export interface Match {
  readonly artefact: KnownArtefact
  readonly how: How
  readonly subset?: Subset
  readonly files: readonly CapturedFile[]
  /** How many files the artefact has in all. */
  readonly of: number
}
