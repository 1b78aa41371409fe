import { type Command, Option } from 'commander'
import { LINEAGE_DEPTH_MAX } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { formatFreshness } from '../output/format.ts'
import { lineageDot, lineageMermaid } from '../output/lineage-graphs.ts'
import { lineageTree } from '../output/lineage-tree.ts'
import type { Run } from '../program.ts'
import { resolveOne } from '../resolve/resolve-id.ts'
import type { LineageAnswer } from '../rpc/lineage-answer.ts'
import { openSession } from '../session.ts'
import { examples, integerOption } from './options.ts'

interface LineageOptions {
  readonly depth?: number
  readonly format: 'tree' | 'json' | 'dot' | 'mermaid'
}

export function addLineageCommand(program: Command, run: Run): void {
  program
    .command('lineage <id>')
    .description('the family tree: all ancestors, and what was made from it')
    .option('--depth <n>', 'so many generations up', integerOption(0, LINEAGE_DEPTH_MAX))
    .addOption(
      new Option('--format <format>', 'how to draw it')
        .choices(['tree', 'json', 'dot', 'mermaid'])
        .default('tree'),
    )
    .addHelpText(
      'after',
      examples('pedigree lineage org3/child@1', 'pedigree lineage 3fa9c1 --format dot | dot -Tsvg'),
    )
    .action(run(lineage))
}

async function lineage(
  context: Context,
  text: string,
  options: LineageOptions,
): Promise<undefined> {
  const session = await openSession(context)
  const { record } = await resolveOne(session, text, { kinds: ['artefact'] })
  const answer = await session.chain.lineage(record, options.depth)
  context.output.result(answer, linesOf(answer, options.format))
  return undefined
}

function linesOf(answer: LineageAnswer, format: LineageOptions['format']): readonly string[] {
  switch (format) {
    case 'tree':
      return [...lineageTree(answer), formatFreshness(answer.asOf, Date.now())]
    case 'json':
      return [JSON.stringify(answer, null, 2)]
    case 'dot':
      return lineageDot(answer)
    case 'mermaid':
      return lineageMermaid(answer)
  }
}
