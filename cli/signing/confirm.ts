import { createInterface } from 'node:readline/promises'
import { cliError } from '../cli-error.ts'
import type { Context } from '../context.ts'

/**
 * Shows what others will see and asks. Where nobody sits at a terminal, or --yes was given, it is
 * shown and not asked.
 *
 * @throws CliError `declined`
 */
export async function confirmSigning(
  { output, signal }: Context,
  lines: readonly string[],
  yes: boolean,
): Promise<void> {
  for (const line of lines) output.note(line)
  if (yes || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await prompt.question('Sign and publish this? [y/N] ', { signal })
    if (/^y(es)?$/i.test(answer.trim())) return
  } finally {
    prompt.close()
  }
  throw cliError('declined', 'nothing was signed')
}
