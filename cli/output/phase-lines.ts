import type { Phase, PhaseContents, PhasePredicate } from '../../protocol/records/events/events.ts'
import {
  boundLines,
  evidenceLines,
  scalarWords,
  softwareLines,
  stepLines,
  textLine,
} from './fact-lines.ts'
import { shortId } from './format.ts'
import { printable } from './printable.ts'

type ContentLines = {
  readonly [P in Phase]: (content: PhaseContents[P]) => readonly string[]
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
  labelling: ({ method, instructions, software, person }) => [
    ...textLine('method', method),
    ...textLine('told', instructions),
    ...textLine('software', software),
    ...textLine('by', person),
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
  monitoring: ({ thresholds }) => boundLines(thresholds),
}

/** What one phase of a model's certificate says. */
export function phaseLines(
  predicate: Omit<PhasePredicate, 'ledger' | 'artefact'>,
): readonly string[] {
  const { phase, content, decisions = [], supersedes, evidence } = predicate
  return [
    ...(content === undefined ? [] : contentLines(phase, content)),
    ...decisions.map((decision) => `decided  ${printable(decision)}`),
    ...(supersedes === undefined ? [] : [`corrects ${shortId(supersedes)}`]),
    ...evidenceLines(evidence),
  ]
}

function contentLines<P extends Phase>(phase: P, content: PhaseContents[P]): readonly string[] {
  return CONTENT_LINES[phase](content)
}
