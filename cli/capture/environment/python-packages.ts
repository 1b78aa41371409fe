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
/** What Python reads of every distribution, used or not. */
const NO_MODULE = /\.(?:pth|dist-info|egg-info|egg-link)$/

/** What was read below each module of a folder of site packages, relative to that folder. */
type Site = Map<string, string[]>

/**
 * The distributions whose files were read, as the folders of site packages describe them. Works for
 * Debian's packages too: they bring the same descriptions.
 *
 * @param files absolute paths
 */
export async function pythonPackages(
  files: readonly string[],
): Promise<readonly CapturedPackage[]> {
  const sites = new Map<string, Site>()
  for (const file of files) {
    const [, folder, top] = SITE.exec(file) ?? []
    if (folder === undefined || top === undefined || NO_MODULE.test(top)) continue
    const site = sites.get(folder) ?? new Map<string, string[]>()
    if (sites.size < SITES_MAX || sites.has(folder)) sites.set(folder, site)
    const known = site.get(moduleName(top)) ?? []
    known.push(file.slice(folder.length + 1))
    site.set(moduleName(top), known)
  }
  const found: CapturedPackage[] = []
  for (const [folder, site] of sites) found.push(...(await packagesIn(folder, site)))
  return found
}

async function packagesIn(folder: string, site: Site): Promise<readonly CapturedPackage[]> {
  const owners = await ownersOf(folder, site)
  const found: CapturedPackage[] = []
  for (const [module, names] of owners) {
    for (const { name, how } of await usedOf(folder, names, site.get(module) ?? [])) {
      const purl = await distributionPurl(join(folder, name))
      if (purl !== undefined) found.push({ purl, how })
    }
  }
  return found
}

/** The distributions that may be imported as each of the modules. */
async function ownersOf(folder: string, site: Site): Promise<ReadonlyMap<string, string[]>> {
  const entries = await readdir(folder).catch((): string[] => [])
  const described = entries.filter((name) => /\.(?:dist|egg)-info$/.test(name))
  const owners = new Map<string, string[]>()
  for (const name of described.slice(0, DISTRIBUTIONS_MAX)) {
    for (const module of await modulesOf(join(folder, name), name)) {
      if (site.has(module)) owners.set(module, [...(owners.get(module) ?? []), name])
    }
  }
  return owners
}

/**
 * Many distributions may share one name in front, such as `google` or `azure`: then those count whose
 * files were read, by their list of files or by their name. Where neither tells, it may be any of them.
 */
async function usedOf(
  folder: string,
  names: readonly string[],
  read: readonly string[],
): Promise<readonly { name: string; how: 'observed' | 'inferred' }[]> {
  if (names.length === 1) return names.map((name) => ({ name, how: 'observed' }))
  const used: string[] = []
  for (const name of names) {
    const own = `${(name.split('-', 1)[0] ?? '').replaceAll(/[._]/g, '/')}/`
    const listed = await filesOf(join(folder, name))
    if (read.some((file) => file.startsWith(own) || listed.has(file))) used.push(name)
  }
  return used.length > 0
    ? used.map((name) => ({ name, how: 'observed' }))
    : names.map((name) => ({ name, how: 'inferred' }))
}

/** What a distribution is imported as: by its own list, else by its files, else by its name. */
async function modulesOf(folder: string, name: string): Promise<readonly string[]> {
  const listed = await text(join(folder, 'top_level.txt'), METADATA_BYTES_MAX)
  if (listed !== undefined) return listed.split(/\s+/).filter((line) => line !== '')
  const files = await filesOf(folder)
  if (files.size > 0) return [...new Set([...files].map((file) => moduleName(topOf(file))))]
  return [(name.split('-', 1)[0] ?? '').replaceAll('.', '_')]
}

/** Relative to the folder of the site; none where the distribution has no list. */
async function filesOf(folder: string): Promise<ReadonlySet<string>> {
  const record = (await text(join(folder, 'RECORD'), RECORD_BYTES_MAX)) ?? ''
  const lines = record.split('\n').filter((line) => line !== '')
  return new Set(lines.map((line) => line.split(',', 1)[0] ?? ''))
}

function topOf(file: string): string {
  return file.split('/', 1)[0] ?? ''
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
