import type { Command } from 'commander'
import { AFFECTED_LISTED_MAX } from '../../../protocol/limits.ts'
import type { Affected, AffectedArtefact } from '../../../protocol/queries/family/downstream.ts'
import type { Context } from '../../context.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { edgeWords } from '../../output/edge-words.ts'
import { formatCount, formatFreshness, formatMany, shortId } from '../../output/format.ts'
import { nodeWords, warningsOf } from '../../output/lineage-words.ts'
import { printable } from '../../output/printable.ts'
import { resolveArtefact } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { examples, integerOption } from '../options.ts'
import type { Run } from '../run-handler.ts'

interface AffectedOptions {
  readonly limit: number
}

export function addAffectedCommand(program: Command, run: Run): void {
  program
    .command('affected <id>')
    .description('everything that was made from an artefact, however indirectly, and who owns it')
    .option('--limit <n>', 'name at most so many', integerOption(0, AFFECTED_LISTED_MAX), 100)
    .addHelpText(
      'after',
      examples(
        'pedigree affected org1/digits@1',
        `pedigree --json affected org1/digits@1 --limit ${AFFECTED_LISTED_MAX}`,
      ),
    )
    .action(run(affected))
}

async function affected(
  context: Context,
  text: string,
  { limit }: AffectedOptions,
): Promise<undefined> {
  const session = await openSession(context)
  const artefact = await resolveArtefact(session, text)
  const answer = await session.chain.affected(artefact.record, limit)
  context.output.result(answer, [
    ...linesOf(answer, `${printable(artefact.type)} ${fullName(artefact)}`),
    ...(artefact.recall === undefined
      ? []
      : [`it is RECALLED since block ${artefact.recall.height}, and they all stand on it`]),
    formatFreshness(answer.asOf, Date.now()),
  ])
  return undefined
}

function linesOf(found: Affected, name: string): readonly string[] {
  const { total, complete, generations, owners, artefacts, more } = found
  if (total === 0) return [`nothing was made from ${name}`]
  const count = `${complete ? '' : 'at least '}${formatMany(total, 'artefact')}`
  const people = owners.map(({ owner, artefacts: n }) => `${printable(owner)} (${formatCount(n)})`)
  return [
    `${count} in ${formatMany(generations.length, 'generation')} came from ${name}`,
    `owners: ${people.join(', ')}`,
    ...generations.flatMap((size, i) => generationLines(artefacts, i + 1, size)),
    ...(more > 0 ? [`and ${formatCount(more)} more: --limit names them`] : []),
    ...(complete ? [] : ['there are more of them than one question counts']),
  ]
}

function generationLines(
  artefacts: readonly AffectedArtefact[],
  generation: number,
  size: number,
): readonly string[] {
  const named = artefacts.filter(({ depth }) => depth === -generation)
  const rest = named.length < size ? `, ${formatCount(named.length)} of them named` : ''
  return [`generation ${generation}: ${formatMany(size, 'artefact')}${rest}`, ...named.map(line)]
}

function line(artefact: AffectedArtefact): string {
  const { record, owner, state, via } = artefact
  const warnings = warningsOf(artefact).filter((warning) => warning !== 'retired')
  const marks = [printable(state), ...warnings].join(', ')
  const origin = `${edgeWords(via.kind)} ${shortId(via.from)}`
  return `  ${shortId(record)}  ${nodeWords(artefact)}, owner ${printable(owner)}, ${marks}, ${origin}`
}
