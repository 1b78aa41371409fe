import { basename, join } from 'node:path'
import { readUpTo } from '../../read-input.ts'
import type { CapturedPackage } from '../capture.ts'
import { packagesInFolders } from './package-folders.ts'
import { purlOf } from './purl.ts'

const DESCRIPTION_BYTES_MAX = 65_536
const VERSION = /^\d[\d.-]{0,50}$/

/** A library of R holds a folder for each package; `Meta` and `R` are in every one of them. */
const FOLDER =
  /^(.*\/(?:site-)?library(?:\/\d+\.\d+)?\/[A-Za-z][A-Za-z0-9.]*)\/(?:Meta|R|libs|DESCRIPTION)(?:\/|$)/

/**
 * The packages of R whose files were read, by their own DESCRIPTION. Those that R comes with are R.
 *
 * @param files absolute paths
 */
export function rPackages(files: readonly string[]): Promise<readonly CapturedPackage[]> {
  return packagesInFolders(files, FOLDER, packagePurl)
}

async function packagePurl(folder: string): Promise<string | undefined> {
  const path = join(folder, 'DESCRIPTION')
  const bytes = await readUpTo(path, DESCRIPTION_BYTES_MAX).catch(() => undefined)
  if (bytes === undefined) return undefined
  const text = Buffer.from(bytes).toString('utf8')
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(\\S+)`, 'm').exec(text)?.[1]
  const [name, version] = [field('Package'), field('Version')]
  if (name !== basename(folder) || version === undefined || !VERSION.test(version)) return undefined
  return field('Priority') === 'base'
    ? purlOf('generic', 'R', version)
    : purlOf('cran', name, version)
}
