import { type Command, Option } from 'commander'
import type { LineageAnswer } from '../../../protocol/api/lineage.ts'
import { LINEAGE_CHILDREN_MAX, LINEAGE_DEPTH_MAX } from '../../../protocol/limits.ts'
import { cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { formatFreshness } from '../../output/format.ts'
import { lineageDot, lineageMermaid } from '../../output/lineage-graphs.ts'
import { lineageTree } from '../../output/lineage-tree.ts'
import { participantLines } from '../../output/participant-lines.ts'
import { resolveOne } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { examples, integerOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface LineageOptions {
  readonly depth?: number
  /** True: to any depth. */
  readonly down?: number | true
  readonly all?: boolean
  readonly people?: boolean
  readonly format: 'tree' | 'json' | 'dot' | 'mermaid'
}

export function addLineageCommand(program: Command, run: Run): void {
  program
    .command('lineage <id>')
    .description('the family tree: all ancestors, and what was made from it')
    .option('--depth <n>', 'so many generations up', integerOption(0, LINEAGE_DEPTH_MAX))
    .option(
      '--down [n]',
      'so many generations down, all of them without a number (default: one, and the first few)',
      integerOption(0, LINEAGE_DEPTH_MAX),
    )
    .option('--all', `draw more than ${LINEAGE_CHILDREN_MAX} direct descendants of one artefact`)
    .option('--people', 'in place of a tree: everyone who took part, all parts, and all data')
    .addOption(
      new Option('--format <format>', 'how to draw it')
        .choices(['tree', 'json', 'dot', 'mermaid'])
        .default('tree'),
    )
    .addHelpText(
      'after',
      examples(
        'pedigree lineage org3/child@1',
        'pedigree lineage org1/digits@1 --down',
        'pedigree lineage org3/child@1 --people',
        'pedigree lineage 3fa9c1 --format dot | dot -Tsvg',
      ),
    )
    .action(run(lineage))
}

async function lineage(
  context: Context,
  text: string,
  options: LineageOptions,
): Promise<undefined> {
  if (options.people === true && options.format !== 'tree') {
    throw cliError('usage', '--people is a list of its own: leave out --format, or ask with --json')
  }
  const session = await openSession(context)
  const { record } = await resolveOne(session, text, { kinds: ['artefact'] })
  if (options.people === true) {
    const answer = await session.chain.participants(record)
    const fresh = formatFreshness(answer.asOf, Date.now())
    context.output.result(answer, [...participantLines(answer), fresh])
    return undefined
  }
  const answer = await session.chain.lineage(record, reachOf(options))
  context.output.result(answer, linesOf(context, answer, options))
  return undefined
}

function reachOf({ depth, down }: LineageOptions) {
  return {
    ...(depth === undefined ? {} : { depth }),
    ...(down === undefined ? {} : { down: down === true ? LINEAGE_DEPTH_MAX : down }),
  }
}

function linesOf(
  { output: { colors } }: Context,
  answer: LineageAnswer,
  { format, all }: LineageOptions,
): readonly string[] {
  const childrenMax = all === true ? Number.POSITIVE_INFINITY : LINEAGE_CHILDREN_MAX
  switch (format) {
    case 'tree':
      return [
        ...lineageTree(answer, { colors, childrenMax }),
        formatFreshness(answer.asOf, Date.now()),
      ]
    case 'json':
      return [JSON.stringify(answer, null, 2)]
    case 'dot':
      return lineageDot(answer)
    case 'mermaid':
      return lineageMermaid(answer)
  }
}
