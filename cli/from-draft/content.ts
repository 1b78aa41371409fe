import { SCALARS_MAX } from '../../protocol/limits.ts'
import type {
  ArtefactReference,
  ModelPredicate,
  Step,
} from '../../protocol/records/certificates/certificates.ts'
import { cliError } from '../cli-error.ts'
import type { Draft } from '../draft/draft.ts'
import { given } from '../given.ts'
import type { MatchedInputs } from '../matching/match-inputs.ts'
import type { CertifyFlags } from '../signing/certificate/certify-flags.ts'
import { commonContent } from '../signing/certificate/common-content.ts'
import { factsOf } from './phases.ts'
import { bounded, publishedSoftware, summaryOf, textOf } from './summary.ts'

/** What a captured run can have made. */
export type DraftType = 'raw-data' | 'dataset' | 'model'

interface Source {
  readonly type: DraftType
  readonly draft: Draft
  readonly matched: MatchedInputs
  /** Of the capture. */
  readonly salt: Uint8Array
  /** Counts before what the draft says. */
  readonly flags: Pick<CertifyFlags, 'description' | 'evidence' | 'software'> & {
    readonly source?: string
    readonly acquisition?: string
    readonly sensor?: string
  }
  readonly pipeline: ArtefactReference | undefined
}

/** What a certificate says of what a draft tells: texts, inputs, software, and the summary of the capture. */
export function contentFromDraft(made: Source): object {
  const { type, draft, matched, salt, flags, pipeline } = made
  const { yours, capture } = draft
  const { evidence, software: named = [] } = commonContent(flags)
  const software = [...named, ...publishedSoftware(capture)]
  const common = {
    ...given({ description: flags.description ?? yours.description }),
    ...(software.length === 0 ? {} : { software }),
    capture: summaryOf(draft, salt),
    evidence,
  }
  if (type === 'model') {
    const datasets = openly(matched, draft)
    return { ...common, datasets, parents: matched.parents, ...given({ pipeline }) }
  }
  const source = flags.source ?? yours.source
  const acquisition = flags.acquisition ?? yours.acquisition
  const origin = given({ source, acquisition })
  if (type === 'raw-data') {
    if (source !== undefined && acquisition !== undefined) {
      return { ...common, ...origin, ...given({ sensor: flags.sensor }) }
    }
    throw cliError('usage', 'raw data says where it comes from and how it was obtained', {
      hint: 'fill in `source` and `acquisition` in the draft, or give --source and --acquisition',
    })
  }
  const { inputs } = matched
  const steps = stepsOf(draft)
  return {
    ...common,
    ...origin,
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(steps.length === 0 ? {} : { steps }),
  }
}

/**
 * A model names its data. Where none was seen, that is "none" only for a model made from models by a
 * run that was seen in whole, and otherwise not known.
 */
function openly(
  { datasets, parents }: MatchedInputs,
  { yours, capture, changes }: Draft,
): ModelPredicate['datasets'] {
  if (datasets.length > 0) return datasets
  if (yours.unknown !== undefined) {
    return [{ kind: 'unknown', reason: yours.unknown, how: 'declared' }]
  }
  // What a person took out of the capture was seen, and nothing may say that it was not.
  if (changes.some(({ at }) => at.startsWith('/files/'))) {
    const reason = 'the captured files were changed by hand, and no data is left among them'
    return [{ kind: 'unknown', reason, how: 'declared' }]
  }
  const isSeen = capture.opaque.length === 0 && capture.endpoints.length === 0
  const isTraced = capture.layers.some(({ layer, used }) => layer === 'strace' && used)
  return parents.length > 0 && isSeen && isTraced
    ? [{ kind: 'none', reason: 'the run read its parents and no data', how: 'observed' }]
    : [{ kind: 'unknown', reason: 'the run was not seen to read any data', how: 'observed' }]
}

/** What the person wrote down, else the run itself as one step, where its software is known. */
function stepsOf({ yours, capture }: Draft): readonly Step[] {
  const { phases = {}, goal, description } = yours
  const written = [...(phases.cleaning?.steps ?? []), ...(phases.features?.steps ?? [])]
  if (written.length > 0) return written
  const [software] = publishedSoftware(capture)
  if (software === undefined || !capture.files.some(({ role }) => role === 'input')) return []
  const method = bounded(goal ?? description ?? `run of ${capture.name}`)
  const parameters = factsOf(capture.parameters.slice(0, SCALARS_MAX))
  return [{ method, parameters, software: software.purl, command: textOf(capture.command.argv) }]
}
