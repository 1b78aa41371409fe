import type { Command } from 'commander'
import type { ChangedArtefact, LineageDiff } from '../../../protocol/queries/family/lineage-diff.ts'
import type { LineageNode } from '../../../protocol/queries/family/lineage-graph.ts'
import type { Context } from '../../context.ts'
import { EXIT, type ExitCode } from '../../exit-codes.ts'
import { formatFreshness, formatMany, shortId } from '../../output/format.ts'
import { nodeWords, signerWords } from '../../output/lineage-words.ts'
import { printable } from '../../output/printable.ts'
import { resolveOne } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'

const EXITS =
  '\nExits with 0 when both were made alike, 1 when not, 3 when they are too large to compare.'

export function addDiffCommand(program: Command, run: Run): void {
  program
    .command('diff <a> <b>')
    .description('what the lineages of two artefacts do not have in common, the oldest first')
    .addHelpText('after', EXITS)
    .addHelpText(
      'after',
      examples('pedigree diff org2/model@1 org2/model@2', 'pedigree --json diff 3fa9c1 77ab02'),
    )
    .action(run(diff))
}

async function diff(context: Context, a: string, b: string): Promise<ExitCode> {
  const session = await openSession(context)
  const kinds = ['artefact'] as const
  const left = await resolveOne(session, a, { kinds })
  const right = await resolveOne(session, b, { kinds })
  const answer = await session.chain.diff(left.record, right.record)
  context.output.result({ ...answer, equal: isEqual(answer) }, [
    ...linesOf(answer),
    formatFreshness(answer.asOf, Date.now()),
  ])
  if (!isEqual(answer)) return EXIT.refused
  return answer.complete ? EXIT.done : EXIT.undecidable
}

function isEqual({ changed, onlyA, onlyB }: LineageDiff): boolean {
  const sizes = [onlyA.length, onlyB.length, ...changed.map((pair) => pair.differences.length)]
  return sizes.every((size) => size === 0)
}

function linesOf(found: LineageDiff): readonly string[] {
  const { same, changed, onlyA, onlyB, complete } = found
  const differing = changed.filter(({ differences }) => differences.length > 0)
  return [
    `${formatMany(same, 'artefact')} in common, ${differing.length} changed, ${onlyA.length} only in a, ${onlyB.length} only in b`,
    ...differing.flatMap(changeLines),
    ...onlyA.map((node) => `- ${nodeLine(node)}`),
    ...onlyB.map((node) => `+ ${nodeLine(node)}`),
    ...(isEqual(found) ? ['both were made alike'] : []),
    ...(complete ? [] : ['not all of it was compared: the families are too large']),
  ]
}

function changeLines({ a, b, differences }: ChangedArtefact): readonly string[] {
  return [
    `~ ${nodeWords(a)} (${shortId(a.record)}) -> ${nodeWords(b)} (${shortId(b.record)})`,
    ...differences.map(({ path, a: before, b: after }) => {
      if (before === undefined) return `    + ${printable(path)}: ${valueText(after)}`
      if (after === undefined) return `    - ${printable(path)}: ${valueText(before)}`
      return `    ${printable(path)}: ${valueText(before)} -> ${valueText(after)}`
    }),
  ]
}

const VALUE_CHARS = 120

function valueText(value: string | number | boolean | undefined): string {
  const text = printable(String(value))
  return text.length > VALUE_CHARS ? `${text.slice(0, VALUE_CHARS)}…` : text
}

function nodeLine(node: LineageNode): string {
  return `${nodeWords(node)}, signed by ${signerWords(node)}, ${shortId(node.record)}`
}
