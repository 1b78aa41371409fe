import type { Story, StoryRecord } from '../../protocol/queries/family/story.ts'
import { PHASES, type Phase, type PhasePredicate } from '../../protocol/records/events/events.ts'
import { given } from '../given.ts'
import { alertLines } from './alert-lines.ts'
import { certificateLines } from './certificate-lines.ts'
import { deedWords } from './deed-words.ts'
import { describeArtefact, fullName } from './describe-artefact.ts'
import { formatTime, shortId } from './format.ts'
import { ancestorBranches } from './lineage-tree.ts'
import type { Names } from './names.ts'
import type { Output } from './output.ts'
import { phaseLines } from './phase-lines.ts'
import { printable } from './printable.ts'
import { recordLines } from './record-lines.ts'

/** Who did what with one artefact, when, with which software, on which data. */
export function storyLines(story: Story, colors: Output['colors']): readonly string[] {
  const { artefact, certificate, records, family, missingPhases, more } = story
  const origins = ancestorBranches(family, colors)
  const names: Names = new Map([
    ...family.nodes.map((node): [string, string] => [node.record, fullName(node)]),
    ...Object.entries(story.names),
  ])
  return [
    ...describeArtefact({ ...artefact, events: [] }, names),
    '',
    `certificate, signed by ${whoOf(artefact)} in block ${artefact.height}`,
    ...indented(certificateLines(certificate)),
    ...(origins.length === 0 ? [] : ['', 'made from', ...indented(origins)]),
    ...(missingPhases === undefined
      ? []
      : ['', 'phases', ...phasesLines(records, missingPhases, names)]),
    '',
    'history, in the order of the ledger',
    `  block ${artefact.height}, ${formatTime(artefact.timeMs)}: registered by ${whoOf(artefact)}`,
    ...records.flatMap((record) => historyLines(record, { names })),
    ...(more ? ['  and more records than one answer holds'] : []),
  ]
}

/** More records than one answer holds: this one is behind them. */
export const UNTOLD = 'documented, in a record beyond the first ones'

/** All nine phases of a model, in the order of its life. */
function phasesLines(
  records: readonly StoryRecord[],
  missing: readonly Phase[],
  names: Names,
): readonly string[] {
  return [
    ...eachPhase(records, names, (phase) => (missing.includes(phase) ? 'MISSING' : UNTOLD)),
    `  ${PHASES.length - missing.length} of ${PHASES.length} phases are documented`,
  ]
}

/** @param absent what is said of a phase that has no record */
export function eachPhase(
  records: readonly StoryRecord[],
  names: Names,
  absent: (phase: Phase) => string,
): readonly string[] {
  return PHASES.flatMap((phase) => {
    const told = records.filter(({ type, subtype }) => type === 'phase' && subtype === phase)
    return told.length === 0
      ? [`  ${phase}: ${absent(phase)}`]
      : told.flatMap((record) => phaseRecordLines(record, names))
  })
}

function phaseRecordLines(record: StoryRecord, names: Names): readonly string[] {
  const { id, subtype, predicate, supersededBy, labeller } = record
  const signer = { did: record.author, words: whoOf(record) }
  const known = { names, signer, ...given({ labeller }) }
  const corrected = supersededBy === undefined ? '' : `, CORRECTED by ${shortId(supersededBy)}`
  return [
    `  ${subtype ?? ''}: ${whoOf(record)}, block ${record.height}, ${shortId(id)}${corrected}`,
    ...indented(phaseLines(predicate as PhasePredicate, known)).map((line) => `  ${line}`),
  ]
}

const HEADLINE = /^(?:event|recalls|lifts|artefact|status) /

/** Phases are told in full above: in the history, only that they came. */
export function historyLines(
  record: StoryRecord,
  { names }: { readonly names: Names },
): readonly string[] {
  const { type, subtype, height, timeMs, id, outcome, approvals = [] } = record
  const what = deedWords(type, subtype)
  const decided = outcome === undefined ? '' : `, ${outcome.replaceAll('-', ' ')}`
  const head = `  block ${height}, ${formatTime(timeMs)}: ${what}${decided} by ${whoOf(record)}, ${shortId(id)}`
  const lines = recordLines<StoryRecord['type']>(type, record.predicate, { names })
  // The headline says these already.
  const details = type === 'phase' ? [] : lines.filter((line) => !HEADLINE.test(line))
  return [
    head,
    ...[...details, ...alertLines(record)].map((line) => `    ${line}`),
    ...approvals.map(
      (approval) => `    approved by ${whoOf(approval)} in block ${approval.height}`,
    ),
  ]
}

function whoOf({
  signer,
  organisation,
}: {
  readonly signer: string
  readonly organisation: string
}) {
  return `${printable(signer)} (${printable(organisation)})`
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
