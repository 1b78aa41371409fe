import { stringify } from 'yaml'
import type { JsonValue } from '../../protocol/encoding/canonical-json.ts'
import type { Capture } from '../capture/capture.ts'
import { DRAFT_FORMAT, type DraftKind } from './draft.ts'
import { seal, wellFormed } from './seal.ts'
import { yoursTemplate } from './yours-template.ts'

export interface DraftOptions {
  readonly as?: DraftKind
  /** Path in the project of the result that was asked for. */
  readonly output?: string
}

const ORIGINAL_CHARS = 120

/** Lists of which each entry takes one line. */
const COMPACT: ReadonlySet<string> = new Set([
  'layers',
  'files',
  'endpoints',
  'software',
  'parameters',
  'metrics',
])

/** The text of a fresh draft. */
export function renderDraft(capture: Capture, options: DraftOptions = {}): string {
  const { digest, original } = seal(capture)
  return [
    '# A draft: nothing of it is signed or sent before `pedigree certify … --from` this file.',
    '# Fill in what is yours. What is empty is left out.',
    `format: ${DRAFT_FORMAT}`,
    '',
    yoursTemplate(capture, options),
    '# What the run showed. You may correct or remove a fact: it then counts as declared by you, with',
    '# the captured value beside it.',
    'captured:',
    ...Object.entries(wellFormed(capture) as object).map(([key, value]) => field(key, value)),
    '',
    '# The seal: what was captured, as it was. Leave these lines as they are.',
    `sealed: ${digest}`,
    'original: |',
    ...chunks(original).map((chunk) => `  ${chunk}`),
    '',
  ].join('\n')
}

/** One field of the captured part, two spaces in. */
function field(key: string, value: JsonValue): string {
  if (!COMPACT.has(key) || !Array.isArray(value) || value.length === 0) {
    return indented(block({ [key]: value }), '  ')
  }
  return [`  ${key}:`, ...value.map((entry) => `    - ${JSON.stringify(entry)}`)].join('\n')
}

function block(value: JsonValue): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n')
}

function chunks(text: string): readonly string[] {
  return text.match(new RegExp(`.{1,${ORIGINAL_CHARS}}`, 'g')) ?? []
}
