import type { Command } from 'commander'
import type { AdvisoryView, AffectedArtefact, Impact } from '../../../protocol/api/advisories.ts'
import {
  advisoryLine,
  describePackages,
  withdrawalLines,
} from '../../advisories/describe-advisory.ts'
import { everyAdvisory, findAdvisory } from '../../advisories/find-advisory.ts'
import type { Context } from '../../context.ts'
import { formatFreshness, formatTime, shortId } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { openSession } from '../../session.ts'
import { describeAnswer } from '../../verify/flag-checks.ts'
import { examples } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { addAdvisoryPublishCommand } from './advisory-publish.ts'
import { addAdvisoryWithdrawCommand } from './advisory-withdraw.ts'

export function addAdvisoryCommands(program: Command, run: Run): void {
  const advisory = program
    .command('advisory')
    .description('warnings about software: they flag what was made with it, and forbid nothing')
  addAdvisoryPublishCommand(advisory, run)
  addAdvisoryWithdrawCommand(advisory, run)
  advisory
    .command('list')
    .description('all advisories, in the order in which they were published')
    .addHelpText('after', examples('pedigree advisory list'))
    .action(run(list))
  advisory
    .command('affected <id>')
    .description('what was made with an affected version, and all that descends from it')
    .addHelpText(
      'after',
      examples('pedigree advisory affected CVE-2026-1234', 'pedigree advisory affected 3fa9c1'),
    )
    .action(run(affected))
}

async function list(context: Context): Promise<undefined> {
  const found = await everyAdvisory(await openSession(context))
  const { advisories, asOf } = found
  context.output.result(found, [
    ...(advisories.length === 0 ? ['no advisory was published'] : advisories.flatMap(linesOf)),
    formatFreshness(asOf, Date.now()),
  ])
  return undefined
}

function linesOf(view: AdvisoryView): readonly string[] {
  const { record, organisation, signer, timeMs } = view
  const who = `${printable(organisation)} (${printable(signer)})`
  return [
    `${shortId(record)}  ${advisoryLine(view)}`,
    `  ${formatTime(timeMs)}, by ${who}`,
    ...withdrawalLines(view.withdrawn).map((line) => `  ${line}`),
    ...describePackages(view.packages).map((line) => `  ${line}`),
  ]
}

async function affected(context: Context, text: string): Promise<undefined> {
  const session = await openSession(context)
  const impact = await session.chain.affectedBy(await findAdvisory(session, text))
  const { advisory, artefacts, complete, asOf } = impact
  const names = new Map(artefacts.map(({ artefact }) => [artefact.record, artefact.name]))
  context.output.result(impact, [
    advisoryLine(advisory),
    ...describePackages(advisory.packages).map((line) => `  ${line}`),
    ...withdrawalLines(advisory.withdrawn),
    summaryOf(impact),
    ...artefacts.map((each) => artefactLine(each, names)),
    ...(complete ? [] : ['there are more: this is as far as one answer goes']),
    formatFreshness(asOf, Date.now()),
  ])
  return undefined
}

function summaryOf({ advisory, artefacts }: Impact): string {
  if (advisory.withdrawn !== undefined) return 'so it flags nothing'
  if (artefacts.length === 0) return 'nothing on the ledger names it'
  const unsure = artefacts.filter(({ certainty }) => certainty === 'unknown').length
  return `${artefacts.length - unsure} affected, ${unsure} that nobody can decide`
}

function artefactLine(
  { artefact, certainty, purl, via, answer, owner }: AffectedArtefact,
  names: ReadonlyMap<string, string>,
): string {
  const mark = certainty === 'affected' ? '✗' : '?'
  const parent = via === undefined ? '' : `, from ${printable(names.get(via) ?? via)}`
  const software = purl === undefined ? '' : `, ${printable(purl)}`
  const unsure = certainty === 'unknown' ? ' (its versions cannot be compared)' : ''
  const said = answer === undefined ? '' : `; ${describeAnswer(answer)}`
  const what = `${printable(artefact.type)} ${printable(artefact.name)} of ${printable(owner)}`
  return `  ${mark} ${shortId(artefact.record)}  ${what}${software}${parent}${unsure}${said}`
}
