import { PackageURL } from 'packageurl-js'

/** As the schema of records has it (records/schema-parts.ts). */
const PURL = /^pkg:[a-z][a-z0-9.+-]{0,31}\/[!-~]{1,512}$/

/** A package URL with a version; undefined for what has none, as in a file that somebody made up. */
export function purlOf(type: string, fullName: string, version: string): string | undefined {
  const slash = fullName.lastIndexOf('/')
  const namespace = slash < 0 ? undefined : fullName.slice(0, slash)
  try {
    const purl = new PackageURL(type, namespace, fullName.slice(slash + 1), version, null, null)
    const text = purl.toString()
    return version !== '' && PURL.test(text) ? text : undefined
  } catch {
    return undefined
  }
}
