import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'
import { runEvent } from './event-result.ts'

interface TransferFlags extends SigningFlags {
  readonly to: string
}

interface InviteFlags extends SigningFlags {
  readonly org: string
}

/** Who owns an artefact, and who may add to its certificate. */
export function addTransferCommands(program: Command, run: Run): void {
  withSigningFlags(program.command('transfer <id>'))
    .description('offer an artefact to another organisation; it owns it once it accepts')
    .requiredOption('--to <organisation>', 'who is to own it')
    .addHelpText('after', examples('pedigree transfer base@1 --to gamma'))
    .action(run(transfer))
  withSigningFlags(program.command('accept <id>'))
    .description('take over an artefact that was offered to this organisation')
    .addHelpText('after', examples('pedigree accept acme/base@1'))
    .action(run((context, id, flags) => happen(context, id, 'accepted', flags)))
  withSigningFlags(program.command('decline <id>'))
    .description('refuse an artefact that was offered to this organisation')
    .addHelpText('after', examples('pedigree decline acme/base@1'))
    .action(run((context, id, flags) => happen(context, id, 'declined', flags)))
  withSigningFlags(program.command('invite <id>'))
    .description('let another organisation add phases and evaluations to an artefact')
    .requiredOption('--org <organisation>', 'who may')
    .addHelpText('after', examples('pedigree invite base@1 --org beta'))
    .action(run(invite))
}

async function transfer(context: Context, id: string, { to, ...flags }: TransferFlags) {
  return runEvent(context, id, flags, () => ({ event: 'offered', details: { to } }))
}

async function invite(context: Context, id: string, { org, ...flags }: InviteFlags) {
  return runEvent(context, id, flags, () => ({ event: 'invited', details: { to: org } }))
}

async function happen(context: Context, id: string, event: string, flags: SigningFlags) {
  return runEvent(context, id, flags, () => ({ event, details: {} }))
}
