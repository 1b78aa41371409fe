import type { Manifest, ManifestFile } from './manifest.ts'

/** Names of files, in the order of the manifests. All three empty: the same directory. */
export interface ManifestDifference {
  /** In both, with another content. */
  readonly changed: readonly string[]
  /** Expected, not there. */
  readonly missing: readonly string[]
  /** There, not expected. */
  readonly extra: readonly string[]
}

/** What must be said to a person for whom two directories were expected to be one. */
export function compareManifests(expected: Manifest, actual: Manifest): ManifestDifference {
  const found = byName(actual)
  const known = byName(expected)
  const changed: string[] = []
  const missing: string[] = []
  for (const file of expected.files) {
    const other = found.get(file.name)
    if (other === undefined) missing.push(file.name)
    else if (other.sha256 !== file.sha256 || other.bytes !== file.bytes) changed.push(file.name)
  }
  const extra = actual.files.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  return { changed, missing, extra }
}

function byName(manifest: Manifest): ReadonlyMap<string, ManifestFile> {
  return new Map(manifest.files.map((file) => [file.name, file]))
}
