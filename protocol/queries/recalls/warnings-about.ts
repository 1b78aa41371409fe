import { assert } from '../../assert.ts'
import type { Digest } from '../../digest.ts'
import {
  FLAG_ADVISORIES_SEEN_MAX,
  FLAG_PACKAGES_MAX,
  INDEX_PAGE_ENTRIES,
  PACKAGE_ADVISORIES_MAX,
} from '../../limits.ts'
import { readAdvisory } from '../../rules/advisory-rules.ts'
import { PREFIXES } from '../../storage-keys.ts'
import { PAUSE, type Query } from '../query.ts'
import { type LedgerView, stateView } from '../read-record.ts'

/** Organisations whose advisories count; undefined: those of every member. */
export type From = readonly string[] | undefined

interface Warnings {
  /** By record id of an advisory: those of the packages asked for that it names. */
  readonly packages: ReadonlyMap<Digest, readonly string[]>
  /** False: there are more than one question may look at. */
  readonly complete: boolean
}

/**
 * The advisories about packages that still warn, and count. Others are told apart by the state alone and
 * fill none of the places, so whoever publishes thousands and withdraws them stands in nobody's way.
 *
 * @param bases of packages: their URLs without version
 */
export function* warningsAbout(
  ledger: LedgerView,
  bases: readonly string[],
  from: From,
): Query<Warnings> {
  const packages = new Map<Digest, readonly string[]>()
  let complete = bases.length <= FLAG_PACKAGES_MAX
  let left = FLAG_ADVISORIES_SEEN_MAX
  for (const base of bases.slice(0, FLAG_PACKAGES_MAX)) {
    const found = yield* warningsOf(ledger, base, { from, left })
    for (const id of found.ids) packages.set(id, [...(packages.get(id) ?? []), base])
    left -= found.seen
    if (!found.complete) complete = false
  }
  return { packages, complete }
}

interface PackageWarnings {
  readonly ids: readonly Digest[]
  readonly seen: number
  readonly complete: boolean
}

function* warningsOf(
  ledger: LedgerView,
  base: string,
  { from, left }: { readonly from: From; readonly left: number },
): Query<PackageWarnings> {
  const prefix = `${PREFIXES.advisoryPackage}${base}/`
  const ids: Digest[] = []
  let seen = 0
  let after: string | undefined
  do {
    // One more than may be looked at, to know whether there are more.
    const limit = Math.min(INDEX_PAGE_ENTRIES, left - seen + 1)
    const entries = yield { prefix, limit, ...(after === undefined ? {} : { after }) }
    for (const { key } of entries) {
      if (seen === left) return { ids, seen, complete: false }
      seen++
      yield PAUSE
      const id = key.slice(prefix.length)
      // Behind base and slash there may also be the rest of a longer name.
      if (id.includes('/') || !counts(ledger, id as Digest, from)) continue
      if (ids.length === PACKAGE_ADVISORIES_MAX) return { ids, seen, complete: false }
      ids.push(id as Digest)
    }
    after = entries.length < limit ? undefined : entries.at(-1)?.key
  } while (after !== undefined)
  return { ids, seen, complete: true }
}

/**
 * All packages that an advisory names which still warns, and counts: their URLs without version.
 *
 * @returns undefined where there are more than one question may look at
 */
export function* warnedPackages(
  ledger: LedgerView,
  from: From,
): Query<ReadonlySet<string> | undefined> {
  const prefix = PREFIXES.advisoryPackage
  const bases = new Set<string>()
  let seen = 0
  let after: string | undefined
  do {
    const more = after === undefined ? {} : { after }
    const entries = yield { prefix, limit: INDEX_PAGE_ENTRIES, ...more }
    seen += entries.length
    for (const { key } of entries) {
      const end = key.lastIndexOf('/')
      const base = key.slice(prefix.length, end)
      if (bases.has(base) || !counts(ledger, key.slice(end + 1) as Digest, from)) continue
      yield PAUSE
      bases.add(base)
    }
    if (seen > FLAG_ADVISORIES_SEEN_MAX || bases.size > FLAG_PACKAGES_MAX) return undefined
    after = entries.length < INDEX_PAGE_ENTRIES ? undefined : entries.at(-1)?.key
  } while (after !== undefined)
  return bases
}

function counts({ reader }: LedgerView, id: Digest, from: From): boolean {
  const advisory = readAdvisory(stateView(reader), id)
  assert(advisory !== undefined, 'an advisory that the index names is in the state')
  return advisory.withdrawnBy === undefined && (from?.includes(advisory.organisation) ?? true)
}
