import type { Command } from 'commander'
import type { RecallAnswer } from '../../../protocol/api/recalls.ts'
import { isDigest } from '../../../protocol/digest.ts'
import { approvalStatement } from '../../../protocol/records/build.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { adminKey } from '../../keys/choose-signer.ts'
import { shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { resolveOne } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { signOnce } from '../../signing/sign-once.ts'
import { examples, timeoutOption } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { outcome } from './recall.ts'

interface ApproveOptions {
  readonly yes?: boolean
  readonly timeout: number
}

export function addApproveCommand(program: Command, run: Run): void {
  program
    .command('approve <id>')
    .description('approve a proposed recall, or its end, for this organisation: by its admin key')
    .option('--yes', 'do not ask before signing')
    .addOption(timeoutOption())
    .addHelpText('after', examples('pedigree recalls', 'pedigree --home ./acme approve 3fa9c1'))
    .action(run(approve))
}

async function approve(
  context: Context,
  text: string,
  { yes, timeout }: ApproveOptions,
): Promise<undefined> {
  const session = await openSession(context)
  const signer = await adminKey(session.home)
  const { record: proposal, kind } = await resolveOne(session, text, {
    kinds: ['record', 'artefact'],
  })
  if (!isDigest(proposal)) throw cliError('bad-answer', 'the node gives no record id')
  if (kind === 'artefact') {
    throw cliError('usage', `${text} is an artefact: what is approved is a proposal to recall it`, {
      hint: `pedigree --home ${session.home.path} recalls lists the proposals with their ids`,
    })
  }
  const before = await session.chain.recall(proposal)
  const { id, height } = await signOnce(session, {
    signer,
    intent: ['approve', proposal],
    lines: linesOf(before),
    statement: (ledger) => approvalStatement({ ledger, proposal }),
    options: { wait: true, timeout, ...(yes === undefined ? {} : { yes }) },
  })
  const { standing, approvals, approvalsNeeded, ...rest } = await session.chain.recall(proposal)
  const counts = { standing, approvals, approvalsNeeded }
  context.output.result({ id, height: height ?? null, proposal, ...counts }, [
    `approved in block ${height}`,
    outcome({ ...rest, ...counts }),
    `  record ${id}`,
  ])
  return undefined
}

function linesOf(proposal: RecallAnswer): readonly string[] {
  const { artefact, action, reason, organisation, signer, approvals, approvalsNeeded } = proposal
  const what = action === 'recall' ? 'recall of' : 'end of the recall of'
  return [
    `approval: ${what} ${printable(artefact.type)} ${printable(artefact.name)}`,
    `proposed by ${printable(organisation)} (${printable(signer)}): ${printable(reason)}`,
    `${approvals.length} of ${approvalsNeeded} approvals so far${approvals.length === 0 ? '' : `: ${approvals.map(printable).join(', ')}`}`,
    `proposal ${shortId(proposal.record)}`,
  ]
}
