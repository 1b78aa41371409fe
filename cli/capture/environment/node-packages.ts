import { join } from 'node:path'
import { readUpTo } from '../../read-input.ts'
import type { CapturedPackage } from '../capture.ts'
import { packagesInFolders } from './package-folders.ts'
import { purlOf } from './purl.ts'

const PACKAGE_BYTES_MAX = 1_048_576

const FOLDER = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/@.][^/]*))\//
const NAME = /^(?:@[a-z0-9-~][a-z0-9._~-]*\/)?[A-Za-z0-9-~][A-Za-z0-9._~-]*$/

/** The npm packages whose files were read, by their own package.json. @param files absolute paths */
export function nodePackages(files: readonly string[]): Promise<readonly CapturedPackage[]> {
  return packagesInFolders(files, FOLDER, packagePurl)
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
