import type { Context } from '../context.ts'
import type { Draft } from '../draft/draft.ts'
import type { MatchedInputs } from '../matching/match-inputs.ts'
import { printable } from '../output/printable.ts'

const CHANGES_SHOWN_MAX = 20

/** What a signature will rest on, before anyone is asked for it. */
export function showMatches(
  { output }: Context,
  { changes }: Draft,
  { lines }: MatchedInputs,
  more: readonly string[],
): void {
  output.note('Made from:')
  for (const line of lines) output.note(`  ${line}`)
  if (lines.length === 0) output.note('  nothing that was seen')
  if (changes.length > 0) {
    output.note(`Changed by hand, so declared: ${changes.length}`)
    for (const { at } of changes.slice(0, CHANGES_SHOWN_MAX)) output.note(`  ${printable(at)}`)
  }
  if (more.length > 0) output.note('With it:')
  for (const line of more) output.note(`  ${line}`)
}
