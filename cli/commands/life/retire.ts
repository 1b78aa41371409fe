import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { resolveArtefact } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { signEvent } from '../../signing/sign-event.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'
import { printEvent } from './event-result.ts'

interface RetireOptions extends SigningFlags {
  readonly reason: string
}

export function addRetireCommand(program: Command, run: Run): void {
  withSigningFlags(program.command('retire <id>'))
    .description('take an artefact out of use; only its owner may, and it stays on the ledger')
    .requiredOption('--reason <text>', 'why; everyone can read it')
    .addHelpText('after', examples('pedigree retire digits@1 --reason "labels were swapped"'))
    .action(run(retire))
}

/** Nothing comes after it, so a repeated command finds what it did, and signs nothing. */
async function retire(context: Context, text: string, options: RetireOptions): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text)
  const { reason } = options
  const retired = { event: 'retired', details: { reason } }
  const done = artefact.events.find((each) => each.event === 'retired' && each.reason === reason)
  if (done === undefined) {
    printEvent(context, artefact, retired, await signEvent(session, artefact, retired, options))
  } else {
    const { record, height } = done
    printEvent(context, artefact, retired, { id: record, status: 'committed', height })
  }
  return undefined
}
