import { createHash } from 'node:crypto'
import type { Capture } from '../capture/capture.ts'
import { cliError } from '../cli-error.ts'
import { writeAtomically } from '../home/atomic-write.ts'
import { readIfThere } from '../home/read-if-there.ts'
import { fitCapture } from './fit-capture.ts'
import { type DraftOptions, renderDraft } from './render-draft.ts'

/** Of a draft, readable by its owner alone: nobody decided yet to publish any of it. */
const DRAFT_MODE = 0o600
const UNTOUCHED = '# untouched '

/**
 * Writes a fresh draft. One that nobody touched since an earlier run is replaced.
 *
 * @param path of the draft
 * @throws CliError `draft-exists` when a person has changed what lies there, `draft-too-large`,
 *   `write-failed` or `disk-full`
 */
export async function writeDraft(
  path: string,
  capture: Capture,
  options: DraftOptions = {},
): Promise<void> {
  const text = renderDraft(fitCapture(capture), options)
  if (!(await mayReplace(path))) {
    throw cliError('draft-exists', `${path} was changed by hand: it is not overwritten`, {
      hint: 'certify it, move it away, or name another draft with --draft FILE',
    })
  }
  await writeAtomically(path, `${text}${UNTOUCHED}${digestOfText(text)}\n`, { mode: DRAFT_MODE })
}

/** True where nothing lies, or a draft exactly as it was written. */
async function mayReplace(path: string): Promise<boolean> {
  const text = await readIfThere(path)
  if (text === undefined) return true
  const end = text.lastIndexOf(UNTOUCHED)
  const own = text.slice(0, Math.max(0, end))
  return end > 0 && text.slice(end) === `${UNTOUCHED}${digestOfText(own)}\n`
}

function digestOfText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
