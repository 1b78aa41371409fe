import { parsePackageUrl } from '../../advisories/package-url.ts'
import {
  FLAG_LOOKUPS_MAX,
  FLAG_PACKAGES_MAX,
  FLAG_USES_MAX,
  INDEX_PAGE_ENTRIES,
} from '../../limits.ts'
import { storageKey } from '../../storage-keys.ts'
import type { FamilyMember } from '../family/ancestors.ts'
import type { Query } from '../query.ts'
import type { LedgerView } from '../read-record.ts'
import { type From, warnedPackages } from './warnings-about.ts'

/** A version of a package in a family tree, and the nearest artefact that was made with it. */
export interface Use {
  readonly purl: string
  readonly member: FamilyMember
}

export interface Uses {
  /** By package, its URL without version: those of certificates first, then those of phases only. */
  readonly packages: ReadonlyMap<string, readonly Use[]>
  /** False: there may be others that an advisory is about. */
  readonly complete: boolean
}

/**
 * The packages that a family was made with; where they are too many to look at, those of them that an
 * advisory names, asked from the advisories. What a certificate itself names comes first, so whoever adds
 * phases to it with thousands of packages hides none of it.
 */
export function* softwareUses(
  ledger: LedgerView,
  members: readonly FamilyMember[],
  from: From,
): Query<Uses> {
  const kept = { certified: new KeptUses(), added: new KeptUses() }
  const crowded: FamilyMember[] = []
  for (const member of members) {
    if (!(yield* keepOf(kept, member))) crowded.push(member)
  }
  const all = packagesIn(kept)
  if (crowded.length === 0 && all.size <= FLAG_PACKAGES_MAX)
    return { packages: all, complete: true }
  const warned = yield* warnedPackages(ledger, from)
  if (warned === undefined) return { packages: all, complete: false }
  for (const origin of ORIGINS) kept[origin].dropAllBut(warned)
  const complete = yield* lookUp(ledger, kept, { crowded, warned })
  return { packages: packagesIn(kept), complete }
}

/** Each version once, with the nearest artefact; no more than FLAG_USES_MAX. */
class KeptUses {
  readonly #packages = new Map<string, Map<string, Use>>()
  #size = 0

  /** @returns false where there is no room for it */
  keep(purl: string, member: FamilyMember): boolean {
    const { base } = parsePackageUrl(purl)
    const versions = this.#packages.get(base) ?? new Map<string, Use>()
    const before = versions.get(purl)
    if (before === undefined && this.#size === FLAG_USES_MAX) return false
    if (before === undefined) this.#size++
    if (before === undefined || member.depth < before.member.depth) {
      versions.set(purl, { purl, member })
    }
    this.#packages.set(base, versions)
    return true
  }

  /** Makes room. */
  dropAllBut(bases: ReadonlySet<string>): void {
    for (const [base, versions] of this.#packages) {
      if (bases.has(base)) continue
      this.#packages.delete(base)
      this.#size -= versions.size
    }
  }

  get packages(): Iterable<readonly [string, readonly Use[]]> {
    return [...this.#packages].map(([base, versions]) => [base, [...versions.values()]] as const)
  }
}

/** Named by a certificate, or by one of its phases. */
type Origin = 'certified' | 'added'
type Kept = Readonly<Record<Origin, KeptUses>>

const KEY_OF = {
  certified: storageKey.softwareOf,
  added: storageKey.softwareAdded,
} as const satisfies Readonly<Record<Origin, unknown>>
const ORIGINS = ['certified', 'added'] as const satisfies readonly Origin[]

function packagesIn({ certified, added }: Kept): ReadonlyMap<string, readonly Use[]> {
  const packages = new Map(certified.packages)
  for (const [base, uses] of added.packages) {
    packages.set(base, [...(packages.get(base) ?? []), ...uses])
  }
  return packages
}

/** One page: in the order of the keys, those of the certificate first. @returns whether that is all */
function* keepOf(kept: Kept, member: FamilyMember): Query<boolean> {
  const { record } = member.relative
  const prefix = storageKey.softwareOf(record, '')
  const addedPrefix = storageKey.softwareAdded(record, '')
  const entries = yield { prefix, limit: INDEX_PAGE_ENTRIES }
  let isAll = entries.length < INDEX_PAGE_ENTRIES
  for (const { key } of entries) {
    const isKept = key.startsWith(addedPrefix)
      ? kept.added.keep(key.slice(addedPrefix.length), member)
      : kept.certified.keep(key.slice(prefix.length), member)
    if (!isKept) isAll = false
  }
  return isAll
}

interface Missing {
  /** Whose packages are not all kept; the nearest first. */
  readonly crowded: readonly FamilyMember[]
  readonly warned: ReadonlySet<string>
}

/** Keeps each use of a package that an advisory names. @returns whether those are all */
function* lookUp(ledger: LedgerView, kept: Kept, { crowded, warned }: Missing): Query<boolean> {
  let left = FLAG_LOOKUPS_MAX
  for (const origin of ORIGINS) {
    for (const member of crowded) {
      const place = KEY_OF[origin](member.relative.record, '')
      for (const base of warned) {
        if (left-- === 0) return false
        for (const purl of yield* versionsUsed(ledger, place, base)) {
          if (!kept[origin].keep(purl, member)) return false
        }
      }
    }
  }
  return true
}

/** What an artefact names of one package: without a version, and with one. One more than can be kept at most. */
function* versionsUsed(
  { reader }: LedgerView,
  place: string,
  base: string,
): Query<readonly string[]> {
  const purls = reader.get(place + base) === undefined ? [] : [base]
  const prefix = `${place}${base}@`
  let after: string | undefined
  do {
    const more = after === undefined ? {} : { after }
    const entries = yield { prefix, limit: INDEX_PAGE_ENTRIES, ...more }
    purls.push(...entries.map(({ key }) => key.slice(place.length)))
    after = entries.length < INDEX_PAGE_ENTRIES ? undefined : entries.at(-1)?.key
  } while (after !== undefined && purls.length <= FLAG_USES_MAX)
  return purls
}
