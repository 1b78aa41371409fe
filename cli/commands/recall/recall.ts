import type { Command } from 'commander'
import type { ArtefactAnswer } from '../../../protocol/api/artefacts.ts'
import type { RecallAnswer } from '../../../protocol/api/recalls.ts'
import { quorum } from '../../../protocol/chain/committee.ts'
import { PROPOSAL_REPLACEMENTS_MAX } from '../../../protocol/limits.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { adminKey } from '../../keys/choose-signer.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { resolveArtefact } from '../../resolve/resolve-id.ts'
import { openSession, type Session } from '../../session.ts'
import { recordOf, signAbout } from '../../signing/about-artefact.ts'
import type { SigningFlags } from '../../signing/flags.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'

interface RecallOptions extends SigningFlags {
  readonly reason: string
  readonly lift?: boolean
  readonly admin?: boolean
}

export function addRecallCommand(program: Command, run: Run): void {
  withSigningFlags(program.command('recall <id>'))
    .description(
      'call an artefact back, and flag all that was made from it: at once by its owner, else a proposal to the committee',
    )
    .requiredOption('--reason <text>', 'why; everyone can read it')
    .option('--lift', 'end a recall in place of beginning one')
    .option(
      '--admin',
      `sign by the admin key: it replaces an open proposal of this organisation, ${PROPOSAL_REPLACEMENTS_MAX} times at most`,
    )
    .addHelpText(
      'after',
      examples(
        'pedigree recall digits@1 --reason "labels were swapped"',
        'pedigree recall org1/digits@1 --lift --reason "labels were checked again"',
      ),
    )
    .action(run(recall))
}

async function recall(context: Context, text: string, options: RecallOptions): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text)
  const { reason } = options
  const action = options.lift === true ? 'lift' : 'recall'
  if (options.admin === true && options.key !== undefined) {
    throw cliError('usage', '--admin and --key name two keys: give one')
  }
  if (action === 'lift' && artefact.recall === undefined) {
    throw cliError(
      'not-recalled',
      `${fullName(artefact)} is not recalled: there is nothing to lift`,
      {
        hint: `pedigree --home ${session.home.path} recalls lists what is`,
      },
    )
  }
  const submitted = await signAbout(session, {
    type: 'recall',
    ...(options.admin === true && { signer: await adminKey(session.home) }),
    artefact,
    intent: [action, reason],
    lines: linesOf(session, artefact, { action, reason }),
    options,
    predicate: (ledger) => ({ ledger, artefact: recordOf(artefact), action, reason }),
  })
  const { id, status, height } = submitted
  const document = { id, status, height: height ?? null, artefact: artefact.record, action, reason }
  if (status !== 'committed') {
    context.output.result(document, [`admitted ${id}, which promises nothing yet`])
    return undefined
  }
  const { standing, approvals, approvalsNeeded, ...rest } = await session.chain.recall(id)
  context.output.result({ ...document, standing, approvals, approvalsNeeded }, [
    outcome({ standing, approvals, approvalsNeeded, ...rest }),
    `  record ${id}`,
  ])
  return undefined
}

/** For the person who signs. */
function linesOf(
  { genesis, home }: Session,
  artefact: ArtefactAnswer,
  { action, reason }: { readonly action: 'recall' | 'lift'; readonly reason: string },
): readonly string[] {
  const what = action === 'recall' ? 'recall of' : 'end of the recall of'
  const isOwner = home.config.organisation === artefact.owner
  const decidesAlone = isOwner && (action === 'recall' || artefact.recall?.by === 'owner')
  const committee = genesis.committee.members.length
  const whose = isOwner ? 'a quorum recalled it' : `${printable(artefact.owner)} owns it`
  return [
    `${what} ${printable(artefact.type)} ${fullName(artefact)}: ${printable(reason)}`,
    decidesAlone
      ? 'you own it: this takes effect at once, for it and for all that was made from it'
      : `${whose}: this is a proposal, and needs the approval of ${quorum(committee)} of ${committee} organisations`,
  ]
}

/** What became of a recall or a lift, in a sentence. */
export function outcome(view: Omit<RecallAnswer, 'asOf'>): string {
  const { artefact, action, standing, approvals, approvalsNeeded, committee, record } = view
  const name = printable(artefact.name)
  const verb = action === 'recall' ? 'recall' : 'lift the recall of'
  switch (standing) {
    case 'open': {
      const count = `${approvals.length} of ${approvalsNeeded} approvals`
      const how = `by the ${committee} organisations of the committee: pedigree approve ${shortId(record)}`
      return `proposed to ${verb} ${name}: ${count}, ${how}`
    }
    case 'in-force':
      return `recalled ${name}, in force since block ${view.sinceHeight}`
    case 'done':
      return action === 'lift' ? `lifted the recall of ${name}` : `recalled ${name}, lifted since`
    case 'moot':
      return `there was nothing left to ${action === 'recall' ? 'recall' : 'lift'}: ${name}`
  }
}
