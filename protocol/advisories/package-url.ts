import { PackageURL } from 'packageurl-js'

/** A package URL, taken apart. */
export interface PackageVersion {
  /** `npm`, `pypi`, …: what decides how versions are compared. */
  readonly type: string
  /** Its one normal form without version, qualifiers and subpath. */
  readonly base: string
  /** Decoded; undefined where none is named. */
  readonly version: string | undefined
}

/** Type, path, version; qualifiers and subpath are left out. A slash in a version is written %2F. */
const PARTS = /^pkg:([a-z][a-z0-9.+-]*)\/([^?#]*?)(?:@([^@?#/]*))?(?:[?#].*)?$/

/**
 * Takes a package URL apart. Never fails: names that no library understands still equal themselves, so
 * that nobody evades an advisory by an odd spelling that others use as well.
 *
 * @param text as the schema of certificates and advisories admits it
 */
export function parsePackageUrl(text: string): PackageVersion {
  const [, type = '', path = text, version = ''] = PARTS.exec(text) ?? []
  const plain = type === '' ? path : `pkg:${type}/${path}`
  return { type, base: normalBase(plain) ?? plain, version: decoded(version) || undefined }
}

/** The form under which software is indexed: base and version, one spelling for each package. */
export function normalPackageUrl(text: string): string {
  const { base, version } = parsePackageUrl(text)
  return version === undefined ? base : `${base}@${encodeURIComponent(version)}`
}

/** The package URL of a name, as an ecosystem writes it; undefined for one that cannot be. */
export function packageUrlOf(
  type: string,
  namespace: string | undefined,
  name: string,
): string | undefined {
  try {
    return new PackageURL(type, namespace, name, undefined, undefined, undefined).toString()
  } catch {
    return undefined
  }
}

function normalBase(text: string): string | undefined {
  try {
    const { type, namespace, name } = PackageURL.fromString(text)
    return type && name ? packageUrlOf(type, namespace ?? undefined, name) : undefined
  } catch {
    return undefined
  }
}

function decoded(version: string): string {
  try {
    return decodeURIComponent(version)
  } catch {
    return version
  }
}
