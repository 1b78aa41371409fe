import type { FileRole } from '../capture.ts'
import type { TrackedFile } from './tracked-file.ts'

/** What is left of a file when the command has ended. */
export type Remains = 'gone' | 'unchanged' | 'changed'

/**
 * What a file was to the command. One that it read and then wrote is both an input, as it was, and an
 * output.
 *
 * @param lastResultAt when anything that is still there was last written
 */
export function rolesOf(
  file: TrackedFile,
  remains: Remains,
  lastResultAt: number,
): readonly FileRole[] {
  const roles: FileRole[] = []
  const isWritten = file.writtenAt > 0 || file.declared === 'output'
  if (file.readsOriginal || file.declared === 'input') roles.push('input')
  if (!isWritten) return roles
  if (file.declared === 'output') return remains === 'gone' ? roles : [...roles, 'output']
  // Opened for writing, and never written to.
  if (remains === 'unchanged') return roles
  if (remains === 'gone') return roles.length > 0 ? roles : ['intermediate']
  // A result that is only looked at once more stays one; of an intermediate something was made.
  const isUsed = file.readBackAt > 0 && lastResultAt > file.readBackAt
  return [...roles, isUsed ? 'intermediate' : 'output']
}
