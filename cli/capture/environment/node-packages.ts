import { join } from 'node:path'
import { readUpTo } from '../../read-input.ts'
import type { CapturedPackage } from '../capture.ts'
import { purlOf } from './purl.ts'

const PACKAGES_MAX = 2_000
const PACKAGE_BYTES_MAX = 1_048_576

const FOLDER = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/@.][^/]*))\//
const NAME = /^(?:@[a-z0-9-~][a-z0-9._~-]*\/)?[A-Za-z0-9-~][A-Za-z0-9._~-]*$/

/** The npm packages whose files were read, by their own package.json. @param files absolute paths */
export async function nodePackages(files: readonly string[]): Promise<readonly CapturedPackage[]> {
  const folders = new Set<string>()
  for (const file of files) {
    const folder = FOLDER.exec(file)?.[1]
    if (folder !== undefined && folders.size < PACKAGES_MAX) folders.add(folder)
  }
  const found: CapturedPackage[] = []
  for (const folder of folders) {
    const purl = await packagePurl(folder)
    if (purl !== undefined) found.push({ purl, how: 'observed' })
  }
  return found
}

async function packagePurl(folder: string): Promise<string | undefined> {
  try {
    const bytes = await readUpTo(join(folder, 'package.json'), PACKAGE_BYTES_MAX)
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(
      Buffer.from(bytes).toString('utf8'),
    )
    if (typeof name !== 'string' || typeof version !== 'string' || !NAME.test(name))
      return undefined
    return purlOf('npm', name, version)
  } catch {
    return undefined
  }
}
