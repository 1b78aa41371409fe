import type { NodeProblemCode } from '../../protocol/api/problem.ts'

export type ArtefactErrorCode = Extract<
  NodeProblemCode,
  | 'artefact-unavailable'
  | 'bad-cid'
  | 'bad-name'
  | 'content-mismatch'
  | 'digest-differs'
  | 'disk-full'
  | 'storage-failed'
  | 'too-many-requests'
  | 'unknown-blob'
  | 'unknown-file'
>

/** Something about the bytes of an artefact that could not be done. */
export class ArtefactError extends Error {
  override readonly name = 'ArtefactError'
  readonly code: ArtefactErrorCode

  constructor(code: ArtefactErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
