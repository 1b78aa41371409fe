import type { Labeller } from '../../protocol/queries/family/story.ts'
import type { InputEdge } from '../../protocol/records/certificates/certificates.ts'
import type { Phase, PhaseContents, PhasePredicate } from '../../protocol/records/events/events.ts'
import { labellerKey } from '../../protocol/records/events/labeller.ts'
import { howWords, subsetWords } from './edge-words.ts'
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
import { type Names, nameWithId } from './names.ts'
import { printable } from './printable.ts'

/** What is known of those whom a record names by an id alone. */
export interface Known {
  /** Of the artefacts that it speaks of. */
  readonly names: Names
  /** The registered person whose key it names, where it is the phase labelling. */
  readonly labeller?: Labeller
  /** Whoever signed the record, by key and in words; left out of what is not signed yet. */
  readonly signer?: { readonly did: string; readonly words: string }
}

export const NOTHING_KNOWN: Known = { names: new Map() }

type ContentLines = {
  readonly [P in Phase]: (content: PhaseContents[P], known: Known) => readonly string[]
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
  labelling: ({ method, instructions, software, person }, known) => [
    ...textLine('method', method),
    ...textLine('told', instructions),
    ...textLine('software', software),
    `by       ${labellerWords(person, known)}`,
  ],
  features: ({ steps }) => stepLines(steps),
  training: ({ hyperparameters, software, hardware }) => [
    Object.keys(hyperparameters).length === 0
      ? 'no parameters were recorded'
      : `with     ${scalarWords(hyperparameters)}`,
    ...softwareLines(software),
    ...(hardware === undefined ? [] : [`hardware ${scalarWords(hardware)}`]),
  ],
  evaluation: ({ metrics, datasets = [] }, { names }) => [
    `metrics  ${scalarWords(metrics)}`,
    ...datasets.map((edge) => `on       ${dataWords(edge, names)}`),
  ],
  deployment: ({ pipeline, place }, { names }) => [
    `pipeline ${nameWithId(names, pipeline.record)}`,
    ...textLine('place', place),
  ],
  monitoring: ({ thresholds }) => thresholdLines(thresholds),
}

/** `212 of 5,012 files of org1/digits@1 (3fa9c1d2e4b5), observed` */
function dataWords(edge: InputEdge, names: Names): string {
  if (edge.kind === 'unknown') {
    const digest = edge.digest === undefined ? '' : `, digest ${edge.digest}`
    return `unknown: ${printable(edge.reason)}${digest}, ${howWords(edge.how)}`
  }
  const part = edge.subset === undefined ? '' : `${subsetWords(edge.subset)} of `
  return `${part}${nameWithId(names, edge.record)}, ${howWords(edge.how)}`
}

/** What one phase of a model's certificate says. */
export function phaseLines(
  predicate: Omit<PhasePredicate, 'ledger' | 'artefact'>,
  known: Known = NOTHING_KNOWN,
): readonly string[] {
  const { phase, content, decisions = [], supersedes, evidence } = predicate
  return [
    ...(content === undefined ? [] : contentLines(phase, content, known)),
    ...decisions.map((decision) => `decided  ${printable(decision)}`),
    ...(supersedes === undefined ? [] : [`corrects ${shortId(supersedes)}`]),
    ...evidenceLines(evidence),
  ]
}

function contentLines<P extends Phase>(
  phase: P,
  content: PhaseContents[P],
  known: Known,
): readonly string[] {
  return CONTENT_LINES[phase](content, known)
}

/**
 * A key that nobody has looked up is not called a person's. And whoever signs can name anybody: that
 * somebody labelled is the word of the signer alone, and is shown as that.
 */
function labellerWords(person: string, { labeller, signer }: Known): string {
  const key = printable(person)
  if (labellerKey({ person }) === undefined) {
    return `${key} (not registered: a name that the signer wrote down)`
  }
  const who =
    labeller === undefined
      ? key
      : `${printable(labeller.name)} (${printable(labeller.organisation)}), ${key}`
  return signer?.did === person
    ? `${who}, who signed this`
    : `${who}, as named by ${signer?.words ?? 'whoever signs this'}`
}
