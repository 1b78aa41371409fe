import { isDiskFull } from '../system-error.ts'
import { ArtefactError } from './artefact-error.ts'

/**
 * What a failed write beside or among the blocks is answered with, as a handler for `catch`.
 *
 * @param what could not be written, for a person
 */
export function storeTrouble(what: string): (cause: unknown) => never {
  return (cause) => {
    if (isDiskFull(cause)) {
      throw new ArtefactError('disk-full', 'no space left for the blocks of artefacts', { cause })
    }
    throw new ArtefactError('storage-failed', `${what} cannot be written`, { cause })
  }
}
