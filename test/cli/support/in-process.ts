import { runProgram } from '../../../cli/run-program.ts'
import type { CliRun } from './run-cli.ts'

/** Runs a command line in this process: as runCli, and faster. */
export async function runHere(
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<CliRun> {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(args, {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    environment: {},
    signal,
  })
  return { code, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> }
}
