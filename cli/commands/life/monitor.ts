import type { Command } from 'commander'
import type { ArtefactAnswer } from '../../../protocol/api/artefacts.ts'
import type { PhasesAnswer } from '../../../protocol/api/story.ts'
import { assert } from '../../../protocol/assert.ts'
import type { Scalars } from '../../../protocol/records/certificates/certificates.ts'
import { CliError, cliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { EXIT, type ExitCode } from '../../exit-codes.ts'
import { given } from '../../given.ts'
import { fullName } from '../../output/describe-artefact.ts'
import { formatFreshness } from '../../output/format.ts'
import { printable } from '../../output/printable.ts'
import { phasesIn } from '../../phases/phase-list.ts'
import {
  type Comparison,
  type Crossing,
  compare,
  comparisonWords,
  isCrossing,
  thresholdsInForce,
} from '../../phases/thresholds.ts'
import { resolveArtefact } from '../../resolve/resolve-id.ts'
import { openSession } from '../../session.ts'
import { parseEvidence } from '../../signing/evidence.ts'
import type { EvidenceFlags, SigningFlags } from '../../signing/flags.ts'
import { parseScalars } from '../../signing/scalars.ts'
import { signEvent } from '../../signing/sign-event.ts'
import type { Submitted } from '../../signing/submit-record.ts'
import { examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withEvidenceFlag, withSigningFlags } from '../signing-flags.ts'

interface MonitorFlags extends SigningFlags, EvidenceFlags {
  readonly metric: readonly string[]
  readonly at?: string
}

const EXIT_HELP = `
Exit codes: 0 all thresholds are kept, and nothing is signed; 1 a threshold is crossed: an alert is signed for each,
or an error says why it could not be; 2 a value is no number; 3 cannot decide: nobody bounds a metric, or the node is
behind; 4 and 5 as always. With --json, "crossed" is true in every answer and every error after a crossing.
`

export function addMonitorCommand(program: Command, run: Run): void {
  const monitor = program
    .command('monitor <id>')
    .description(
      'compare what was measured of a deployed model with its thresholds; alert if crossed',
    )
    .requiredOption('--metric <name=number>', 'what was measured', repeatedOption)
    .option('--at <place>', 'where')
  withSigningFlags(withEvidenceFlag(monitor))
    .addHelpText('after', EXIT_HELP)
    .addHelpText(
      'after',
      examples('pedigree monitor acme/base@1 --metric accuracy=0.87 --at "press 4" --yes'),
    )
    .action(run(monitorModel))
}

async function monitorModel(
  context: Context,
  text: string,
  flags: MonitorFlags,
): Promise<ExitCode> {
  const metrics = numbersOf(flags.metric)
  const evidence = parseEvidence(flags.evidence)
  const session = await openSession(context)
  const model = await resolveArtefact(session, text, ['model'])
  const phases = await session.chain.phases(model.record)
  const comparisons = compare(metrics, thresholdsInForce(phasesIn(phases)))
  const crossings = comparisons.filter(isCrossing)
  if (crossings.length === 0) return keptAll(context, model, comparisons, phases)
  for (const crossing of crossings) context.output.note(comparisonWords(crossing))
  const happenings = crossings.map((crossing) => {
    return { event: 'alerted', details: detailsOf(crossing, flags.at), evidence }
  })
  const alerts: Alert[] = []
  try {
    for (const happening of happenings) {
      const { id, status, height = null } = await signEvent(session, model, happening, flags)
      alerts.push({ id, status, height, details: happening.details })
    }
  } catch (error) {
    throw withCrossings(error, crossings, alerts)
  }
  context.output.result(
    { artefact: model.record, crossed: true, comparisons, alerts, asOf: phases.asOf },
    alerts.flatMap((alert) => alertLines(model, alert)),
  )
  return EXIT.refused
}

/** Nothing is signed; what a node that is behind does not know may be a stricter threshold. */
function keptAll(
  { output }: Context,
  model: ArtefactAnswer,
  comparisons: readonly Comparison[],
  { asOf, more }: Pick<PhasesAnswer, 'asOf' | 'more'>,
): ExitCode {
  const isDecided = asOf.sync === 'in-sync' && !more
  const verdict = isDecided
    ? `model ${fullName(model)} keeps its thresholds; nothing is signed`
    : `cannot decide: this node may not know every threshold of model ${fullName(model)}`
  output.result({ artefact: model.record, crossed: false, comparisons, alerts: [], asOf }, [
    verdict,
    ...comparisons.map((comparison) => `  ${comparisonWords(comparison)}`),
    formatFreshness(asOf, Date.now()),
  ])
  return isDecided ? EXIT.done : EXIT.undecidable
}

type Alert = Pick<Submitted, 'id' | 'status'> & {
  readonly height: number | null
  readonly details: Scalars
}

/** What was crossed, by which value, and which record set it: one who reads the alert needs no more. */
function detailsOf({ threshold, value, crossed }: Crossing, place: string | undefined): Scalars {
  const { metric, unit, phase } = threshold
  const limit = threshold[crossed]
  assert(limit !== undefined, 'the end of a threshold that was crossed is there')
  return { metric, value, threshold: limit, bound: crossed, phase, ...given({ unit, place }) }
}

function alertLines(
  model: ArtefactAnswer,
  { id, status, height, details }: Alert,
): readonly string[] {
  const where = status === 'committed' ? `in block ${height}` : 'is admitted, not committed yet'
  const { metric, bound } = details
  return [
    `alerted: model ${fullName(model)}, the ${bound} of ${printable(String(metric))}, ${where}`,
    `  record ${id}`,
  ]
}

/** Whatever kept an alert from being signed, that a threshold is crossed must not be lost in it. */
function withCrossings(
  error: unknown,
  crossings: readonly Crossing[],
  alerts: readonly Alert[],
): unknown {
  if (!(error instanceof CliError)) return error
  const many = crossings.length === 1 ? 'a threshold is' : `${crossings.length} thresholds are`
  const what = `${many} crossed, and no alert is known to be on the ledger`
  const signed = alerts.length === 0 ? what : `${many} crossed, and ${alerts.length} told`
  const detail = `${signed}: ${error.message}`
  return new CliError(error.code, detail, {
    ...given({ hint: error.hint }),
    cause: error,
    facts: { ...error.facts, crossed: true, comparisons: crossings, alerts },
  })
}

/** @throws CliError `usage` for anything that no threshold can be compared with */
function numbersOf(items: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(parseScalars('--metric', items)).map(([name, value]) => {
      // Adding 0 makes -0 the one zero that a record can hold.
      if (typeof value === 'number') return [name, value + 0]
      throw cliError('usage', `--metric ${name}=${value} is no number within ±2^53`, {
        hint: 'a value that could not be measured (NaN) crosses nothing: say so with an event of your own',
      })
    }),
  )
}
