import type { AsOf } from '../../protocol/api/common.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units, as disks and networks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${UNITS[unit]}`
}

/** 5012 as "5,012". */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** "1 artefact", "5,012 artefacts". */
export function formatMany(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A length of time in one unit. */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h`
  return `${Math.round(ms / DAY_MS)} days`
}

/** Ledger time as a person and a machine can read it. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** How fresh an answer is: "as of block 7, 4 s ago, in sync". */
export function formatFreshness({ height, timeMs, sync, behindBlocks }: AsOf, nowMs: number) {
  const age = height === 0 ? 'no block yet' : `${formatDuration(nowMs - timeMs)} ago`
  const words = {
    'in-sync': 'in sync',
    behind: `${behindBlocks} block${behindBlocks === 1 ? '' : 's'} behind`,
    alone: 'alone: no quorum in sight',
  }
  return `as of block ${height}, ${age}, ${words[sync]}`
}

/** A digest in groups of four, eight to a line: to be read aloud on the telephone. */
export function formatFingerprint(digest: string): readonly string[] {
  const groups = digest.match(/.{4}/g) ?? []
  const lines: string[] = []
  for (let i = 0; i < groups.length; i += 8) lines.push(groups.slice(i, i + 8).join(' '))
  return lines
}

const SHORT_CHARS = 12

/** Enough of an id to recognise it, and to name it again. */
export function shortId(id: string): string {
  return id.slice(0, SHORT_CHARS)
}

const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/
const DURATION_MS = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }

/** "30s", "500ms", "2m", "1h", "1d" in ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = DURATION.exec(text) ?? []
  if (digits === undefined || unit === undefined) return undefined
  return Number(digits) * DURATION_MS[unit as keyof typeof DURATION_MS]
}
