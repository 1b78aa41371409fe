import type { Capture, CapturedFile } from '../capture/capture.ts'

/** What the list of files may take in a draft, counted before it is written; far below CAPTURE_BYTES_MAX. */
const FILES_CHARS_MAX = 12_582_912
/** Digests, role, quotes and the names of the fields. */
const ENTRY_CHARS = 256

/**
 * A capture that a draft can hold: hours of work must not be lost to their own description. Results are
 * kept before inputs, inputs before what came and went; what is left out is counted in the notes.
 */
export function fitCapture(capture: Capture, charsMax = FILES_CHARS_MAX): Capture {
  const order = { output: 0, input: 1, intermediate: 2 } as const
  const { files } = capture
  if (charsOf(files) <= charsMax) return capture
  const byWorth = [...files].sort((a, b) => order[a.role] - order[b.role])
  let chars = 0
  const kept = new Set<CapturedFile>()
  for (const file of byWorth) {
    chars += charsOf([file])
    if (chars > charsMax) break
    kept.add(file)
  }
  const left = files.length - kept.size
  return {
    ...capture,
    files: files.filter((file) => kept.has(file)),
    notes: [...capture.notes, `${left} more files do not fit into a draft and are not listed`],
  }
}

function charsOf(files: readonly CapturedFile[]): number {
  return files.reduce((sum, { path }) => sum + ENTRY_CHARS + path.length, 0)
}
