import { ADVISORY_PACKAGES_MAX } from '../limits.ts'
import type { AffectedPackage, VersionRange } from '../records/events/recalls.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { OsvAffected, OsvEvent } from './osv-schema.ts'
import { packageUrlOf, parsePackageUrl } from './package-url.ts'
import { affectedness, compareVersions, FIRST_VERSION } from './versions.ts'

/** The type of package URL of each ecosystem of OSV that has one. */
const TYPES: Readonly<Record<string, string>> = {
  npm: 'npm',
  PyPI: 'pypi',
  'crates.io': 'cargo',
  Go: 'golang',
  Maven: 'maven',
  NuGet: 'nuget',
  RubyGems: 'gem',
  Packagist: 'composer',
  Hex: 'hex',
  Pub: 'pub',
  CRAN: 'cran',
  Hackage: 'hackage',
  SwiftURL: 'swift',
}

export interface FoundPackages {
  readonly packages: readonly AffectedPackage[]
  /** What is left out, in words. */
  readonly notes: readonly string[]
}

/** Packages that an advisory of this ledger can name. Refuses a file without any. */
export function packagesOf(affected: readonly OsvAffected[]): FoundPackages | Rejection {
  const packages: AffectedPackage[] = []
  const notes: string[] = []
  for (const [i, entry] of affected.entries()) {
    const at = `/affected/${i}`
    const purl = purlOf(entry)
    if (purl === undefined) {
      notes.push(`${at}: no package URL, and none is known for its ecosystem: left out`)
      continue
    }
    const found = affectedPackage(purl, entry, at)
    if (isRejection(found)) return found
    if (found === undefined) notes.push(`${at}: ${purl} without versions: left out`)
    else packages.push(found)
  }
  if (packages.length > ADVISORY_PACKAGES_MAX) {
    const count = `${packages.length} packages, at most ${ADVISORY_PACKAGES_MAX}`
    return refuse('schema-violation', `/affected: ${count}`)
  }
  return packages.length > 0
    ? { packages, notes }
    : refuse(
        'schema-violation',
        '/affected: no package with versions, and a package URL to name it',
      )
}

function purlOf({ package: named }: OsvAffected): string | undefined {
  if (named === undefined) return undefined
  if (named.purl !== undefined) return parsePackageUrl(named.purl).base
  // Debian:11 and its like are releases of an ecosystem.
  const [ecosystem = ''] = named.ecosystem.split(':')
  const type = Object.hasOwn(TYPES, ecosystem) ? TYPES[ecosystem] : undefined
  if (type === undefined) return undefined
  const separator = type === 'maven' ? ':' : '/'
  const parts = named.name.split(separator)
  const name = parts.pop() ?? ''
  return packageUrlOf(type, parts.length === 0 ? undefined : parts.join('/'), name)
}

/** Undefined for an entry that only speaks of commits. */
function affectedPackage(
  purl: string,
  { ranges = [], versions = [] }: OsvAffected,
  at: string,
): AffectedPackage | Rejection | undefined {
  const { type } = parsePackageUrl(purl)
  const found: VersionRange[] = []
  for (const [i, range] of ranges.entries()) {
    if (range.type === 'GIT') continue
    const read = rangesOf(type, range.events, `${at}/ranges/${i}/events`)
    if (isRejection(read)) return read
    found.push(...read)
  }
  // Whole enumerations would fill a record with what its ranges say already.
  const further = versions.filter(
    (version) => affectedness(type, version, { ranges: found }) !== 'affected',
  )
  if (found.length === 0 && further.length === 0) return undefined
  return {
    purl,
    ...(further.length > 0 && { versions: [...new Set(further)] }),
    ...(found.length > 0 && { ranges: found }),
  }
}

/** The events of one range, each `introduced` with the end that follows it. */
function rangesOf(
  type: string,
  events: readonly OsvEvent[],
  at: string,
): readonly VersionRange[] | Rejection {
  const ranges: VersionRange[] = []
  let introduced: string | undefined
  for (const event of inOrder(type, events)) {
    const { fixed, last_affected: lastAffected } = event
    if (event.introduced !== undefined) introduced ??= event.introduced
    else if (introduced !== undefined && fixed !== undefined) {
      ranges.push({ introduced, fixed })
      introduced = undefined
    } else if (introduced !== undefined && lastAffected !== undefined) {
      ranges.push({ introduced, lastAffected })
      introduced = undefined
    }
  }
  if (introduced !== undefined) ranges.push({ introduced })
  return ranges.length > 0
    ? ranges
    : refuse('schema-violation', `${at}: no version in which it was introduced`)
}

/** By version, where versions can be compared; as they are written, where not. */
function inOrder(type: string, events: readonly OsvEvent[]): readonly OsvEvent[] {
  return [...events].sort((a, b) => order(type, versionOf(a), versionOf(b)))
}

function versionOf({ introduced, fixed, last_affected, limit }: OsvEvent): string {
  return introduced ?? fixed ?? last_affected ?? limit ?? ''
}

function order(type: string, a: string, b: string): number {
  if (a === b) return 0
  if (a === FIRST_VERSION) return -1
  if (b === FIRST_VERSION) return 1
  return compareVersions(type, a, b) ?? 0
}
