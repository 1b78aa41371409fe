import { NAMED_IN_NOTE_MAX, SENTENCES_MAX } from '../bounds.ts'

/** "3 files changed while the command ran: a, b and c". */
export function noteOf(what: string, paths: readonly string[]): string {
  const sorted = [...paths].sort((a, b) => (a < b ? -1 : 1))
  const named = sorted.slice(0, NAMED_IN_NOTE_MAX).join(', ')
  const more = paths.length - NAMED_IN_NOTE_MAX
  if (paths.length === 1) return `${named} ${what}`
  return `${paths.length} files, each of which ${what}: ${named}${more > 0 ? ` and ${more} more` : ''}`
}

/** Each sentence once, bounded. */
export function sentences(...lists: readonly Iterable<string>[]): readonly string[] {
  const all = [...new Set(lists.flatMap((list) => [...list]))]
  const more = all.length - SENTENCES_MAX
  return more > 0 ? [...all.slice(0, SENTENCES_MAX), `and ${more} more`] : all
}
