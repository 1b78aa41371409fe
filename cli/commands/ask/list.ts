import { type Command, InvalidArgumentError } from 'commander'
import {
  ARTEFACT_MARK,
  ARTEFACT_PAGE_MAX,
  type ArtefactView,
} from '../../../protocol/api/artefacts.ts'
import type { Context } from '../../context.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { formatBytes, formatFreshness, shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { openSession } from '../../session.ts'
import { examples, integerOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface ListOptions {
  readonly limit: number
  readonly after?: string
}

export function addListCommand(program: Command, run: Run): void {
  program
    .command('list')
    .description('all artefacts, in the order in which they were registered')
    .option('--limit <n>', 'at most so many', integerOption(1, ARTEFACT_PAGE_MAX), 100)
    .option('--after <mark>', 'go on where an earlier page ended', markOption)
    .addHelpText('after', examples('pedigree list', 'pedigree --json list --limit 500'))
    .action(run(list))
}

function markOption(text: string): string {
  if (ARTEFACT_MARK.test(text)) return text
  throw new InvalidArgumentError('say the mark that the page before ended with')
}

async function list(context: Context, { limit, after }: ListOptions): Promise<undefined> {
  const { chain } = await openSession(context)
  const page = await chain.artefacts({ limit, ...(after === undefined ? {} : { after }) })
  context.output.result(page, [
    ...(page.artefacts.length === 0 ? ['nothing is on the ledger yet'] : page.artefacts.map(line)),
    ...(page.next === undefined ? [] : [`there may be more: pedigree list --after ${page.next}`]),
    formatFreshness(page.asOf, Date.now()),
  ])
  return undefined
}

function line(view: ArtefactView): string {
  const { record, type, state, recall, bytes, share, signer } = view
  const columns = [
    shortId(record),
    printable(type).padEnd(8),
    fullName(view),
    recall === undefined ? printable(state) : `${printable(state)}, RECALLED`,
    formatBytes(bytes),
    share === 'members' ? 'shared' : 'local',
    `by ${printable(signer)}`,
  ]
  return columns.join('  ')
}
