import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAdvisoryCommands } from './commands/advisory.ts'
import { addAffectedCommand } from './commands/affected.ts'
import { addAnswerCommand } from './commands/answer.ts'
import { addApproveCommand } from './commands/approve.ts'
import { addCertifyCommands } from './commands/certify.ts'
import { addDevnetCommand } from './commands/devnet.ts'
import { addDiffCommand } from './commands/diff.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEventCommands } from './commands/event.ts'
import { addGetCommand } from './commands/get.ts'
import { addIdentityCommand } from './commands/identity.ts'
import { addInitCommand } from './commands/init.ts'
import { addLineageCommand } from './commands/lineage.ts'
import { addListCommand } from './commands/list.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addPersonCommands } from './commands/person.ts'
import { addPhaseCommands } from './commands/phase.ts'
import { addRecallCommand } from './commands/recall.ts'
import { addRecallsCommand } from './commands/recalls.ts'
import { addReceiptCommand } from './commands/receipt.ts'
import { addRetireCommand } from './commands/retire.ts'
import { addRunCommand } from './commands/run.ts'
import { addShowCommand } from './commands/show.ts'
import { addStartCommand } from './commands/start.ts'
import { addStatusCommand } from './commands/status.ts'
import { addSubmitCommand } from './commands/submit.ts'
import { addTransferCommands } from './commands/transfer.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { addWatchCommand } from './commands/watch.ts'
import type { Context } from './context.ts'

/** What a command does; the exit code is 0 where it names none. */
export type Handler<A extends readonly unknown[]> = (
  context: Context,
  ...args: A
) => Promise<number | undefined>

/** Turns a handler into a commander action. */
export type Run = <A extends readonly unknown[]>(
  handler: Handler<A>,
) => (...args: [...A, ...unknown[]]) => Promise<void>

export interface GlobalOptions {
  readonly home?: string
  readonly json?: boolean
}

const EXIT_HELP = `
Exit codes: 0 done or verified; 1 refused, modified, unknown or recalled; 2 usage or ambiguous name;
3 cannot decide; 4 node unreachable; 5 timed out; 130 stopped with Ctrl-C.
`

export function createProgram(run: Run): Command {
  const program = new Command('pedigree')
    .description('A peer-to-peer ledger for the provenance of machine-learning models.')
    .version(packageVersion())
    .option('--home <dir>', "the node's home (default: PEDIGREE_HOME, else ~/.pedigree)")
    .option('--json', 'print one JSON document on stdout; everything else goes to stderr')
    .showHelpAfterError('(pedigree COMMAND --help shows how)')
    .addHelpText('after', EXIT_HELP)
  addDevnetCommand(program, run)
  addInitCommand(program, run)
  addPersonCommands(program, run)
  addIdentityCommand(program, run)
  addNetworkCommands(program, run)
  addStartCommand(program, run)
  addStatusCommand(program, run)
  addRunCommand(program, run)
  addDoctorCommand(program, run)
  addCertifyCommands(program, run)
  addSubmitCommand(program, run)
  addShowCommand(program, run)
  addListCommand(program, run)
  addPhaseCommands(program, run)
  addEventCommands(program, run)
  addTransferCommands(program, run)
  addRetireCommand(program, run)
  addRecallCommand(program, run)
  addApproveCommand(program, run)
  addRecallsCommand(program, run)
  addAdvisoryCommands(program, run)
  addAnswerCommand(program, run)
  addLineageCommand(program, run)
  addAffectedCommand(program, run)
  addDiffCommand(program, run)
  addVerifyCommand(program, run)
  addReceiptCommand(program, run)
  addGetCommand(program, run)
  addWatchCommand(program, run)
  return throwing(program)
}

/** Commander would end the process itself, with exit codes of its own. */
function throwing(command: Command): Command {
  command.exitOverride()
  for (const sub of command.commands) throwing(sub)
  return command
}

/** Sources lie one folder below the package, what is built from them two. */
function packageVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), 'utf8')
      return (JSON.parse(text) as { version: string }).version
    } catch {}
  }
  return 'unknown'
}
