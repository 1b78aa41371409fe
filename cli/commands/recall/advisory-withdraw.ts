import type { Command } from 'commander'
import { isDigest } from '../../../protocol/digest.ts'
import { withdrawalStatement } from '../../../protocol/records/build.ts'
import { advisoryLine, describePackages } from '../../advisories/describe-advisory.ts'
import { findAdvisory } from '../../advisories/find-advisory.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { chooseSigner } from '../../keys/choose-signer.ts'
import { printable } from '../../output/printable.ts'
import { openSession } from '../../session.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { signOnce } from '../../signing/sign-once.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'

interface WithdrawOptions extends SigningFlags {
  readonly reason: string
}

export function addAdvisoryWithdrawCommand(advisory: Command, run: Run): void {
  withSigningFlags(advisory.command('withdraw <id>'))
    .description('take back an advisory of this organisation: it stays, and flags nothing any more')
    .requiredOption('--reason <text>', 'why; everyone can read it')
    .addHelpText(
      'after',
      examples('pedigree advisory withdraw torch-1f2e3d4c --reason "it was another package"'),
    )
    .action(run(withdraw))
}

async function withdraw(
  context: Context,
  text: string,
  options: WithdrawOptions,
): Promise<undefined> {
  const session = await openSession(context)
  const { organisation } = session.home.config
  const found = await session.chain.advisory(await findAdvisory(session, text, organisation))
  const { record: advisory, advisory: name } = found
  if (!isDigest(advisory)) throw cliError('bad-answer', 'the node gives no record id')
  const { reason } = options
  const { id, status, height } = await signOnce(session, {
    signer: await chooseSigner(session.home, options.key),
    intent: ['withdraw', advisory, reason],
    lines: [
      `withdrawal of the advisory ${advisoryLine(found)}`,
      ...describePackages(found.packages),
      `published by ${printable(found.organisation)} (${printable(found.signer)}), record ${advisory}`,
      `because: ${printable(reason)}`,
    ],
    statement: (ledger) => withdrawalStatement({ ledger, advisory, reason }),
    options,
  })
  const where = status === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  const said = { advisory, name, reason }
  context.output.result({ id, status, height: height ?? null, ...said }, [
    `withdrawal of advisory ${printable(name)} ${where}`,
    `  record ${id}`,
  ])
  return undefined
}
