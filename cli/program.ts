import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAffectedCommand } from './commands/ask/affected.ts'
import { addDiffCommand } from './commands/ask/diff.ts'
import { addGetCommand } from './commands/ask/get.ts'
import { addLineageCommand } from './commands/ask/lineage.ts'
import { addListCommand } from './commands/ask/list.ts'
import { addReceiptCommand } from './commands/ask/receipt.ts'
import { addShowCommand } from './commands/ask/show.ts'
import { addVerifyCommand } from './commands/ask/verify.ts'
import { addCertifyCommands } from './commands/certify/certify.ts'
import { addPhaseCommands } from './commands/certify/phase.ts'
import { addRunCommand } from './commands/certify/run.ts'
import { addSubmitCommand } from './commands/certify/submit.ts'
import { addEventCommands } from './commands/life/event.ts'
import { addMonitorCommand } from './commands/life/monitor.ts'
import { addRetireCommand } from './commands/life/retire.ts'
import { addTransferCommands } from './commands/life/transfer.ts'
import { addDevnetCommand } from './commands/network/devnet.ts'
import { addDoctorCommand } from './commands/network/doctor.ts'
import { addIdentityCommand } from './commands/network/identity.ts'
import { addInitCommand } from './commands/network/init.ts'
import { addNetworkCommands } from './commands/network/network.ts'
import { addPersonCommands } from './commands/network/person.ts'
import { addRejoinCommand } from './commands/network/rejoin.ts'
import { addStartCommand } from './commands/network/start.ts'
import { addStatusCommand } from './commands/network/status.ts'
import { addAdvisoryCommands } from './commands/recall/advisory.ts'
import { addAnswerCommand } from './commands/recall/answer.ts'
import { addApproveCommand } from './commands/recall/approve.ts'
import { addRecallCommand } from './commands/recall/recall.ts'
import { addRecallsCommand } from './commands/recall/recalls.ts'
import { addWatchCommand } from './commands/recall/watch.ts'
import type { Run } from './commands/run-handler.ts'

export interface GlobalOptions {
  readonly home?: string
  readonly json?: boolean
}

const EXIT_HELP = `
Exit codes: 0 done or verified; 1 refused, modified, unknown, recalled or beyond a threshold;
2 usage or ambiguous name; 3 cannot decide; 4 node unreachable; 5 timed out; 130 stopped with Ctrl-C.
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
  addRejoinCommand(program, run)
  addRunCommand(program, run)
  addDoctorCommand(program, run)
  addCertifyCommands(program, run)
  addSubmitCommand(program, run)
  addShowCommand(program, run)
  addListCommand(program, run)
  addPhaseCommands(program, run)
  addEventCommands(program, run)
  addMonitorCommand(program, run)
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
