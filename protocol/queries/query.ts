import type { Reader } from '../ports.ts'

/**
 * Questions to the ledger. A store answers `get` at once, but scans a range only asynchronously, and
 * nothing here waits. So a query is a generator: it yields each scan that it needs and is resumed
 * with the entries. Whoever runs it decides how to scan:
 *
 *   let step = query.next()
 *   while (!step.done) step = query.next(await scan(step.value))
 *   return step.value
 */
export type Query<T> = Generator<Scan, T, readonly ScanEntry[]>

/** The entries whose key starts with `prefix`, in key order, at most `limit` of them. */
export interface Scan {
  readonly prefix: string
  /** Only keys greater than this one. */
  readonly after?: string
  readonly limit: number
}

export interface ScanEntry {
  readonly key: string
  readonly value: Uint8Array
}

/**
 * A scan of nothing, between two steps of a long query: whoever runs it may let others go first. What it
 * reads must not change meanwhile: it is run on a snapshot.
 */
export const PAUSE: Scan = { prefix: '', limit: 0 }

/** A store that can scan at once: the one of a simulation, a test, a snapshot. */
export interface ScanningReader extends Reader {
  scan(scan: Scan): readonly ScanEntry[]
}

export function runQuery<T>(query: Query<T>, store: ScanningReader): T {
  let step = query.next()
  while (step.done !== true) step = query.next(store.scan(step.value))
  return step.value
}
