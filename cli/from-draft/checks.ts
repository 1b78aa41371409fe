import { cliError } from '../cli-error.ts'
import type { Draft } from '../draft/draft.ts'
import { printable } from '../output/printable.ts'

/**
 * A draft is of what it is certified as, and of a command that went well.
 *
 * @param type what the draft is to become
 * @param isAllowed also when the command failed; never when it did not begin
 * @throws CliError `usage` or `draft-of-failure`
 */
export function checkDraft(
  { path, capture, yours }: Draft,
  type: string,
  isAllowed: boolean,
): void {
  const kind = type === 'raw-data' ? 'dataset' : type
  if (yours.as !== undefined && yours.as !== kind) {
    throw cliError('usage', `${path} is the draft of a ${yours.as}, not of a ${type}`, {
      hint: `pedigree certify ${yours.as} --from ${path}, or change \`as\` in the draft`,
    })
  }
  const { exitCode, signal, startFailure } = capture.command
  if (exitCode === 0 && signal === undefined && startFailure === undefined) return
  if (isAllowed && startFailure === undefined) return
  const how = startFailure ?? (signal === undefined ? `exit code ${exitCode}` : signal)
  throw cliError('draft-of-failure', `the command of ${path} failed: ${printable(how)}`, {
    hint: 'its results may be incomplete; --allow-failed certifies them, and the certificate says so',
  })
}
