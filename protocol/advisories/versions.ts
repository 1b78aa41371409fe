import * as pep440 from '@renovatebot/pep440'
import * as semver from 'semver'
import { VERSION_CHARS_MAX } from '../limits.ts'
import type { AffectedPackage, VersionRange } from '../records/events/recalls.ts'

/** `unknown`: nobody here can compare these versions, so it may be affected. */
export type Affectedness = 'affected' | 'not-affected' | 'unknown'

/** Whether versions of this kind of package can be put in order. */
export function isComparable(packageType: string): boolean {
  return packageType === 'npm' || packageType === 'pypi'
}

/**
 * Puts two versions in order as their ecosystem does.
 *
 * @returns below, at or above 0; undefined for what cannot be compared
 */
export function compareVersions(packageType: string, a: string, b: string): number | undefined {
  const [left, right] = [normalVersion(packageType, a), normalVersion(packageType, b)]
  if (left === undefined || right === undefined) return a === b ? 0 : undefined
  return packageType === 'npm' ? semver.compare(left, right) : pep440.compare(left, right)
}

/** Undefined for what is no version of its ecosystem, or of one whose order nobody here knows. */
export function normalVersion(packageType: string, version: string): string | undefined {
  if (version.length > VERSION_CHARS_MAX) return undefined
  if (packageType === 'npm') return semver.valid(version) ?? undefined
  if (packageType !== 'pypi') return undefined
  // A local build (2.0.1+cu118) has the faults of what it was built from.
  return pep440.valid(version)?.replace(/\+.*$/, '')
}

/** OSV's word for "from the very first version". */
export const FIRST_VERSION = '0'

/** Whether one version of a package is what an advisory warns of. */
export function affectedness(
  packageType: string,
  version: string | undefined,
  { versions = [], ranges = [] }: Omit<AffectedPackage, 'purl'>,
): Affectedness {
  if (version === undefined) return 'unknown'
  if (versions.some((one) => compareVersions(packageType, version, one) === 0)) return 'affected'
  const found = ranges.map((range) => withinRange(packageType, version, range))
  if (found.includes('affected')) return 'affected'
  return found.includes('unknown') ? 'unknown' : 'not-affected'
}

function withinRange(packageType: string, version: string, range: VersionRange): Affectedness {
  const { introduced, fixed, lastAffected } = range
  const order = (other: string) => compareVersions(packageType, version, other)
  const sinceFirst = introduced === FIRST_VERSION ? 1 : order(introduced)
  if (sinceFirst === 0) return 'affected'
  if (sinceFirst !== undefined && sinceFirst < 0) return 'not-affected'
  if (fixed === undefined && lastAffected === undefined) return fromAnswer(sinceFirst)
  const end = order(fixed ?? lastAffected ?? '')
  if (end === 0) return fixed === undefined ? 'affected' : 'not-affected'
  if (end !== undefined && end > 0) return 'not-affected'
  return end === undefined ? 'unknown' : fromAnswer(sinceFirst)
}

function fromAnswer(sinceFirst: number | undefined): Affectedness {
  return sinceFirst === undefined ? 'unknown' : 'affected'
}
