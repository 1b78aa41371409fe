import { Command, CommanderError } from 'commander'
import { CliError, cliError } from './cli-error.ts'
import type { Handler, Run } from './commands/run-handler.ts'
import { type Context, homePath } from './context.ts'
import { EXIT, RUN_FAILED } from './exit-codes.ts'
import { Output, type Sink } from './output/output.ts'
import { createProgram, type GlobalOptions } from './program.ts'

/** The process around a command, so that a test can stand in for it. */
export interface Surroundings {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly environment: NodeJS.ProcessEnv
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal
}

/**
 * Runs one command line.
 *
 * @param args without the program's name
 * @returns the exit code; whatever goes wrong has been printed
 */
export async function runProgram(args: readonly string[], around: Surroundings): Promise<number> {
  let exitCode: number = EXIT.done
  const run: Run =
    <A extends readonly unknown[]>(handler: Handler<A>) =>
    async (...given: [...A, ...unknown[]]) => {
      const command = given.findLast((value) => value instanceof Command)
      const options = command?.optsWithGlobals<GlobalOptions>() ?? {}
      // Behind the arguments and options, commander passes the command, which no handler takes.
      exitCode = await runHandler(options, around, (context) =>
        handler(context, ...(given as unknown as A)),
      )
    }
  const program = createProgram(run)
  // A script must tell our own mistakes from those of the command that `run` runs.
  let usage: number = EXIT.usage
  program.hook('preSubcommand', (_program, command) => {
    if (command.name() === 'run') usage = RUN_FAILED
  })
  speakThrough(program, around)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version end here too, with 0; commander has printed what there is to say.
    if (error.exitCode === 0) return EXIT.done
    if (usage === EXIT.usage && args.includes('--json')) around.stdout.write(usageDocument(error))
    return usage
  }
}

async function runHandler(
  { home, json = false }: GlobalOptions,
  around: Surroundings,
  work: (context: Context) => Promise<number | undefined>,
): Promise<number> {
  const output = new Output({ ...around, json })
  const { signal, environment } = around
  try {
    const path = homePath(home, environment)
    return (await work({ home: path, output, signal })) ?? EXIT.done
  } catch (error) {
    const problem = asCliError(error, signal)
    output.problem(problem)
    return problem.exitCode
  }
}

function asCliError(error: unknown, signal: AbortSignal): CliError {
  if (error instanceof CliError) return error
  if (signal.aborted) return cliError('interrupted', 'stopped')
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return cliError('internal', `a bug of Pedigree: ${said}`, {
    cause: error,
    hint: 'please report it with the command that you gave',
  })
}

function usageDocument(error: CommanderError): string {
  // Where a command has subcommands and none was named, commander shows the help in place of a reason.
  const isHelp = error.code === 'commander.help'
  const detail = isHelp ? 'a command is missing' : error.message.replace(/^error: /, '')
  return `${JSON.stringify({ error: { code: 'usage', detail } })}\n`
}

function speakThrough(command: Command, around: Pick<Surroundings, 'stdout' | 'stderr'>): void {
  const { stdout, stderr } = around
  command.configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  })
  for (const sub of command.commands) speakThrough(sub, around)
}
