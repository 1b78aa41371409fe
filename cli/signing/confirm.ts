import { createInterface } from 'node:readline/promises'
import { cliError } from '../cli-error.ts'
import type { Context } from '../context.ts'

/**
 * Shows what others will see and asks. Where nobody sits at a terminal, or --yes was given, it is
 * shown and not asked.
 *
 * @param insists something in it looks wrong: where nobody can be asked, only --yes signs it
 * @throws CliError `declined`, or `interrupted` after Ctrl-C
 */
export async function confirmSigning(
  { output, signal }: Context,
  lines: readonly string[],
  yes: boolean,
  insists = false,
): Promise<void> {
  for (const line of lines) output.note(line)
  if (yes) return
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    if (!insists) return
    throw cliError('declined', 'nothing was signed: what is flagged above needs a yes', {
      hint: 'look at what is flagged, and repeat the command with --yes if it is meant so',
    })
  }
  const answer = await ask('Sign and publish this? [y/N] ', signal)
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return
  if (signal.aborted) throw cliError('interrupted', 'nothing was signed')
  // After Ctrl-D the cursor still stands behind the question.
  if (answer === undefined) output.note('')
  throw cliError('declined', 'nothing was signed')
}

/**
 * The terminal edits the line and turns Ctrl-C into a signal, as anywhere else; readline would take
 * both over, and cut the question off with an error of its own.
 *
 * @returns undefined when no answer came: Ctrl-C, or Ctrl-D on an empty line
 */
async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  const closed = new Promise<undefined>((resolve) => {
    prompt.once('close', () => resolve(undefined))
  })
  try {
    return await Promise.race([closed, prompt.question(question, { signal })])
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    prompt.close()
  }
}
