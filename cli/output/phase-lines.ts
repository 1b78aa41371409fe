import type { Labeller } from '../../protocol/queries/family/story.ts'
import type { Phase, PhaseContents, PhasePredicate } from '../../protocol/records/events/events.ts'
import { labellerKey } from '../../protocol/records/events/labeller.ts'
import {
  boundLines,
  evidenceLines,
  scalarWords,
  softwareLines,
  stepLines,
  textLine,
  thresholdLines,
} from './fact-lines.ts'
import { shortId } from './format.ts'
import { printable } from './printable.ts'

type ContentLines = {
  readonly [P in Phase]: (content: PhaseContents[P], labeller?: Labeller) => readonly string[]
}

const CONTENT_LINES: ContentLines = {
  requirements: ({ goal }) => textLine('goal', goal),
  collection: ({ acquisition, sensorModel, environment, bounds }) => [
    ...textLine('acquired', acquisition),
    ...textLine('sensor', sensorModel),
    ...(environment === undefined ? [] : [`around   ${scalarWords(environment)}`]),
    ...boundLines(bounds),
  ],
  cleaning: ({ steps }) => stepLines(steps),
  labelling: ({ method, instructions, software, person }, labeller) => [
    ...textLine('method', method),
    ...textLine('told', instructions),
    ...textLine('software', software),
    `by       ${labellerWords(person, labeller)}`,
  ],
  features: ({ steps }) => stepLines(steps),
  training: ({ hyperparameters, software, hardware }) => [
    `with     ${scalarWords(hyperparameters)}`,
    ...softwareLines(software),
    ...(hardware === undefined ? [] : [`hardware ${scalarWords(hardware)}`]),
  ],
  evaluation: ({ metrics, dataset }) => [
    `metrics  ${scalarWords(metrics)}`,
    ...(dataset === undefined ? [] : [`on       ${dataset.record} (digest ${dataset.digest})`]),
  ],
  deployment: ({ pipeline, place }) => [
    `pipeline ${pipeline.record} (digest ${pipeline.digest})`,
    ...textLine('place', place),
  ],
  monitoring: ({ thresholds }) => thresholdLines(thresholds),
}

/**
 * What one phase of a model's certificate says.
 *
 * @param labeller the registered person whose key it names, where it is the phase labelling
 */
export function phaseLines(
  predicate: Omit<PhasePredicate, 'ledger' | 'artefact'>,
  labeller?: Labeller,
): readonly string[] {
  const { phase, content, decisions = [], supersedes, evidence } = predicate
  return [
    ...(content === undefined ? [] : contentLines(phase, content, labeller)),
    ...decisions.map((decision) => `decided  ${printable(decision)}`),
    ...(supersedes === undefined ? [] : [`corrects ${shortId(supersedes)}`]),
    ...evidenceLines(evidence),
  ]
}

function contentLines<P extends Phase>(
  phase: P,
  content: PhaseContents[P],
  labeller: Labeller | undefined,
): readonly string[] {
  return CONTENT_LINES[phase](content, labeller)
}

/** A key that nobody has looked up is not called a person's. */
function labellerWords(person: string, labeller: Labeller | undefined): string {
  if (labeller !== undefined) {
    return `${printable(labeller.name)} (${printable(labeller.organisation)}), ${printable(person)}`
  }
  return labellerKey({ person }) === undefined
    ? `${printable(person)} (not registered: a name that the signer wrote down)`
    : printable(person)
}
