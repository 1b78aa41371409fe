import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readUpTo } from '../../read-input.ts'
import type { CapturedPackage } from '../capture.ts'
import { purlOf } from './purl.ts'

const SITES_MAX = 16
const DISTRIBUTIONS_MAX = 4_000
const METADATA_BYTES_MAX = 65_536
const RECORD_BYTES_MAX = 4_194_304

const SITE = /^(.*\/(?:site|dist)-packages)\/([^/]+)/

/**
 * The distributions whose files were read, as the folders of site packages describe them. Works for
 * Debian's packages too: they bring the same descriptions.
 *
 * @param files absolute paths
 */
export async function pythonPackages(
  files: readonly string[],
): Promise<readonly CapturedPackage[]> {
  const sites = new Map<string, Set<string>>()
  for (const file of files) {
    const [, site, top] = SITE.exec(file) ?? []
    if (site === undefined || top === undefined) continue
    const tops = sites.get(site) ?? new Set<string>()
    if (sites.size < SITES_MAX || sites.has(site)) sites.set(site, tops)
    tops.add(moduleName(top))
  }
  const found: CapturedPackage[] = []
  for (const [site, tops] of sites) found.push(...(await packagesIn(site, tops)))
  return found
}

async function packagesIn(
  site: string,
  tops: ReadonlySet<string>,
): Promise<readonly CapturedPackage[]> {
  const entries = await readdir(site).catch((): string[] => [])
  const described = entries.filter((name) => /\.(?:dist|egg)-info$/.test(name))
  const found: CapturedPackage[] = []
  for (const name of described.slice(0, DISTRIBUTIONS_MAX)) {
    const modules = await modulesOf(join(site, name), name)
    if (!modules.some((module) => tops.has(module))) continue
    const purl = await distributionPurl(join(site, name))
    if (purl !== undefined) found.push({ purl, how: 'observed' })
  }
  return found
}

/** What a distribution is imported as: by its own list, else by its files, else by its name. */
async function modulesOf(folder: string, name: string): Promise<readonly string[]> {
  const listed = await text(join(folder, 'top_level.txt'), METADATA_BYTES_MAX)
  if (listed !== undefined) return listed.split(/\s+/).filter((line) => line !== '')
  const record = await text(join(folder, 'RECORD'), RECORD_BYTES_MAX)
  if (record !== undefined) {
    const tops = record.split('\n').map((line) => line.split(/[/,]/, 1)[0] ?? '')
    return [...new Set(tops)].map(moduleName)
  }
  return [(name.split('-', 1)[0] ?? '').replaceAll('.', '_')]
}

async function distributionPurl(folder: string): Promise<string | undefined> {
  const metadata =
    (await text(join(folder, 'METADATA'), METADATA_BYTES_MAX)) ??
    (await text(join(folder, 'PKG-INFO'), METADATA_BYTES_MAX)) ??
    // An egg-info may be the file itself.
    (await text(folder, METADATA_BYTES_MAX))
  const name = /^Name:[ \t]*([A-Za-z0-9][A-Za-z0-9._-]{0,200})[ \t]*\r?$/m.exec(metadata ?? '')?.[1]
  const version = /^Version:[ \t]*([!-~]{1,100})[ \t]*\r?$/m.exec(metadata ?? '')?.[1]
  if (name === undefined || version === undefined) return undefined
  return purlOf('pypi', name.toLowerCase().replace(/[-_.]+/g, '-'), version)
}

async function text(path: string, bytesMax: number): Promise<string | undefined> {
  const bytes = await readUpTo(path, bytesMax).catch(() => undefined)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
}

/** `numpy`, `six.py`, `_cffi.cpython-311-x86_64-linux-gnu.so` */
function moduleName(top: string): string {
  return top.split('.', 1)[0] ?? top
}
