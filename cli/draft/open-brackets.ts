import { JSON_DEPTH_MAX } from '../../protocol/limits.ts'

/** More than the depth, because texts between quotes may hold a few that never close. */
const OPEN_MAX = 16 * JSON_DEPTH_MAX

/**
 * The line in which more brackets are open than any document of ours has; undefined for none. The
 * parser takes time for each level that is squared, so such a text is not given to it.
 */
export function lineOfDeepNesting(text: string): number | undefined {
  let line = 1
  let open = 0
  for (const unit of text) {
    if (unit === '\n') line++
    else if (unit === '[' || unit === '{') open++
    else if (unit === ']' || unit === '}') open = Math.max(0, open - 1)
    if (open > OPEN_MAX) return line
  }
  return undefined
}
