import type { Command } from 'commander'
import { RECALL_PAGE_MAX, type RecallList, type RecallView } from '../../../protocol/api/recalls.ts'
import type { Context } from '../../context.ts'
import { formatFreshness, formatTime, shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { openSession, type Session } from '../../session.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface RecallsOptions {
  readonly all?: boolean
}

export function addRecallsCommand(program: Command, run: Run): void {
  program
    .command('recalls')
    .description('recalls in force, and proposals that wait for approvals')
    .option('--all', 'also what was lifted, decided or moot')
    .addHelpText('after', examples('pedigree recalls', 'pedigree --json recalls --all'))
    .action(run(recalls))
}

async function recalls(context: Context, { all }: RecallsOptions): Promise<undefined> {
  const found = await everyRecall(await openSession(context), all !== true)
  context.output.result(found, [
    ...(found.recalls.length === 0 ? ['nothing is recalled or proposed'] : []),
    ...found.recalls.flatMap(linesOf),
    formatFreshness(found.asOf, Date.now()),
  ])
  return undefined
}

async function everyRecall({ chain }: Session, current: boolean): Promise<RecallList> {
  const found: RecallView[] = []
  let after: string | undefined
  for (;;) {
    const page = { limit: RECALL_PAGE_MAX, ...(after === undefined ? {} : { after }) }
    const { recalls, next, asOf } = await chain.recalls(page, current)
    found.push(...recalls)
    if (next === undefined) return { recalls: found, asOf }
    after = next
  }
}

function linesOf(view: RecallView): readonly string[] {
  const { record, artefact, action, reason, organisation, signer, timeMs } = view
  const who = `${printable(organisation)} (${printable(signer)})`
  return [
    `${shortId(record)}  ${action} of ${printable(artefact.type)} ${printable(artefact.name)}: ${standingOf(view)}`,
    `  ${formatTime(timeMs)}, by ${who}: ${printable(reason)}`,
  ]
}

function standingOf(view: RecallView): string {
  const { standing, approvals, approvalsNeeded, by, sinceHeight } = view
  const names = approvals.map(printable).join(', ')
  switch (standing) {
    case 'open': {
      const so = approvals.length === 0 ? '' : ` (${names})`
      return `proposed, ${approvals.length} of ${approvalsNeeded} approvals${so}`
    }
    case 'in-force':
      return `in force since block ${sinceHeight}, by the ${by}${names === '' ? '' : ` (${names})`}`
    case 'done':
      return 'over'
    case 'moot':
      return 'moot'
  }
}
