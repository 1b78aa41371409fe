import type {
  AdvisoryFlag,
  AnswerView,
  ArtefactFlags,
  RecallFlag,
} from '../../protocol/api/recalls.ts'
import { printable } from '../output/printable.ts'
import type { Check } from './check.ts'

/** Whether an artefact must not be used as it is: it, or something it was made from, is recalled or invalid. */
export function isCondemned({ recalls, invalid }: Pick<ArtefactFlags, 'recalls' | 'invalid'>) {
  return recalls.length > 0 || invalid !== undefined
}

/** What hangs over an artefact, as questions and answers. Advisories flag; only recalls condemn. */
export function flagChecks(flags: ArtefactFlags): readonly Check[] {
  return [
    ...recallChecks(flags),
    ...invalidChecks(flags),
    ...flags.advisories.flatMap((flag) => [advisoryCheck(flag), ...flag.answers.map(answerCheck)]),
    ...(flags.advisoriesComplete && !flags.moreAdvisories ? [] : [moreAdvisories]),
  ]
}

const moreAdvisories: Check = {
  check: 'advisory',
  ok: null,
  detail: 'there may be more advisories than one question looks at, or one answer names',
}

function recallChecks({ recalls, ancestors, complete }: ArtefactFlags): readonly Check[] {
  if (recalls.length > 0) {
    return recalls.flatMap((flag) => [recallCheck(flag), ...flag.answers.map(answerCheck)])
  }
  const detail = `${whoIsNot(ancestors)} recalled`
  return complete
    ? [{ check: 'recall', ok: true, detail }]
    : [{ check: 'recall', ok: null, detail: `${detail}; there are more that were not looked at` }]
}

function whoIsNot(ancestors: number): string {
  if (ancestors === 0) return 'it is not'
  return `neither it nor ${ancestors === 1 ? 'its ancestor' : `any of its ${ancestors} ancestors`} is`
}

function recallCheck(flag: RecallFlag): Check {
  const { artefact, depth, reason, by, organisation, signer, sinceHeight, record } = flag
  const whose = `${printable(organisation)} (${printable(signer)})`
  const who = by === 'owner' ? `its owner ${whose}` : `the committee, as ${whose} proposed`
  const what = depth === 0 ? 'it' : describeAncestor(artefact.name, depth)
  const detail = `${what} is recalled since block ${sinceHeight} by ${who}: ${printable(reason)} (recall ${record})`
  return { check: 'recall', ok: false, detail }
}

function describeAncestor(name: string, depth: number): string {
  const up = depth === 1 ? '1 generation' : `${depth} generations`
  return `its ancestor ${printable(name)} (${up} up)`
}

function invalidChecks({ artefact, invalid }: ArtefactFlags): readonly Check[] {
  if (invalid === undefined) return []
  const { pipeline, rule } = invalid
  const which = rule === undefined ? '' : ` (rule ${printable(rule)})`
  const name = printable(pipeline.name)
  const detail =
    pipeline.record === artefact
      ? `the rules of this network forbid its architecture${which}`
      : `it comes from the pipeline ${name}, whose architecture the rules of this network forbid${which}`
  return [{ check: 'architecture', ok: false, detail }]
}

function advisoryCheck(flag: AdvisoryFlag): Check {
  const { advisory, summary, severity, organisation, artefact, depth, purl, certainty } = flag
  const how = severity === undefined ? '' : ` [${printable(severity)}]`
  const where = depth === 0 ? '' : ` in ${printable(artefact.name)}, ${depth} up`
  const warns = `advisory ${printable(advisory)}${how} of ${printable(organisation)}`
  const sure =
    certainty === 'affected' ? 'warns of' : 'may concern (its versions cannot be compared)'
  const detail = `${warns} ${sure} ${printable(purl)}${where}: ${printable(summary)}`
  return { check: 'advisory', ok: certainty === 'affected' ? false : null, detail }
}

function answerCheck(answer: AnswerView): Check {
  return { check: 'answer', ok: null, detail: describeAnswer(answer) }
}

/** What an owner says: beside what was flagged, as that owner's word. */
export function describeAnswer({ organisation, signer, status, reason }: AnswerView): string {
  const who = `${printable(organisation)} (${printable(signer)})`
  return `${who} answers ${status}: ${printable(reason)}`
}

/** For `show`: only what there is to say. */
export function flagLines(flags: ArtefactFlags): readonly string[] {
  return flagChecks(flags)
    .filter(({ ok, check }) => ok !== true || check !== 'recall')
    .map(
      ({ ok, detail, check }) =>
        `  ${ok === false ? '✗' : check === 'answer' ? '·' : '?'} ${detail}`,
    )
}
