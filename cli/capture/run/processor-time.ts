import { readFileSync } from 'node:fs'

/** Of all ended children: what Linux counts in hundredths of a second. */
export interface ProcessorTime {
  readonly userMs: number
  readonly systemMs: number
}

const TICK_MS = 10
/** Behind the name in parentheses, the first field being the state. */
const CHILDREN_USER_FIELD = 13

/** undefined where the system does not tell. */
export function childrenTime(): ProcessorTime | undefined {
  try {
    const text = readFileSync('/proc/self/stat', 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [user, system] = fields.slice(CHILDREN_USER_FIELD, CHILDREN_USER_FIELD + 2).map(Number)
    if (user === undefined || system === undefined) return undefined
    return { userMs: user * TICK_MS, systemMs: system * TICK_MS }
  } catch {
    return undefined
  }
}
