import type { Capture } from '../capture/capture.ts'
import type { DraftKind } from './draft.ts'
import { onlyResult } from './only-result.ts'

interface TemplateOptions {
  readonly as?: DraftKind
  readonly output?: string
}

/** The part of a draft that a person fills in, with a word on each field. */
export function yoursTemplate(capture: Capture, { as, output }: TemplateOptions): string {
  const only = onlyResult(capture.files.filter(({ role }) => role === 'output'))
  return [
    'yours:',
    field('as', as, 'dataset, model or evaluation'),
    field('output', output ?? only, 'which output this is about, by its path below'),
    field('name', undefined, 'NAME[@VERSION]; empty: the name of the output'),
    field('title', undefined, 'what people call it'),
    field('description', undefined, 'what it is'),
    field('goal', undefined, 'what it is for'),
    field('licence', undefined, 'under which licence, as in SPDX: CC-BY-4.0'),
    field('source', undefined, 'of data: where it comes from'),
    field('acquisition', undefined, 'of data: how it was obtained'),
    field(
      'relation',
      undefined,
      'of a model made from models: finetune, adapter, quantized, merge, distilled',
    ),
    field('unknown', undefined, 'why the origin of inputs is not known that nobody certified'),
    '  # One answer for a file or folder that nobody certified, or none:',
    '  #   - { path: data/extra, is: org1/digits@1 }',
    '  #   - { path: data/old, reason: collected before we kept records }',
    '  answers: []',
    '  # Why it was done this way, a sentence each:',
    '  decisions: []',
    '  # What each phase of a model says beyond what was captured, e.g.',
    '  #   requirements: { goal: sort letters by hand }',
    '  #   labelling: { method: by hand, instructions: …, software: pkg:pypi/label-studio@1.11.0, person: A. Name }',
    '  phases: {}',
    '',
  ].join('\n')
}

function field(name: string, value: string | undefined, comment: string): string {
  const text = value === undefined ? '' : ` ${JSON.stringify(value.toWellFormed())}`
  return `  ${name}:${text}${' '.repeat(Math.max(1, 22 - name.length - text.length))}# ${comment}`
}
