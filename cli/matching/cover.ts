import type { CapturedFile } from '../capture/capture.ts'
import type { KnownDirectory } from './known-artefacts.ts'

/** Files of a run that come from one directory on the ledger. */
export interface Cover {
  readonly directory: KnownDirectory
  readonly files: readonly CapturedFile[]
  /** Names in the directory of what was read. */
  readonly names: ReadonlySet<string>
}

export interface Covered {
  readonly covers: readonly Cover[]
  readonly left: readonly CapturedFile[]
}

/**
 * Which directories the files come from. The one that explains most files is taken first, then the
 * one that explains most of the rest: a file belongs to one directory. Among equals that one wins whose
 * names are those of the run, then the smaller one.
 *
 * An empty file is like every other empty file, so it proves nothing: it is counted only where its name fits too.
 */
export function coverFiles(
  files: readonly CapturedFile[],
  directories: readonly KnownDirectory[],
): Covered {
  const indexed = directories.map(indexOf)
  const covers: Cover[] = []
  let left = files
  for (;;) {
    const best = bestCover(left, indexed)
    if (best === undefined) return { covers, left }
    covers.push(best)
    const taken = new Set(best.files)
    left = left.filter((file) => !taken.has(file))
  }
}

interface Indexed {
  readonly directory: KnownDirectory
  readonly byDigest: ReadonlyMap<string, readonly string[]>
}

function indexOf(directory: KnownDirectory): Indexed {
  const byDigest = new Map<string, string[]>()
  for (const { sha256, name } of directory.files) {
    const names = byDigest.get(sha256)
    if (names === undefined) byDigest.set(sha256, [name])
    else names.push(name)
  }
  return { directory, byDigest }
}

function bestCover(
  files: readonly CapturedFile[],
  directories: readonly Indexed[],
): Cover | undefined {
  let best: (Cover & { readonly fitting: number }) | undefined
  for (const indexed of directories) {
    const cover = coverBy(indexed, files)
    if (best === undefined || isBetter(cover, best)) best = cover
  }
  return best === undefined || !best.files.some(hasContent) ? undefined : best
}

function isBetter(a: Cover & { fitting: number }, b: Cover & { fitting: number }): boolean {
  if (a.files.length !== b.files.length) return a.files.length > b.files.length
  if (a.fitting !== b.fitting) return a.fitting > b.fitting
  return a.directory.files.length < b.directory.files.length
}

function coverBy(
  { directory, byDigest }: Indexed,
  files: readonly CapturedFile[],
): Cover & { readonly fitting: number } {
  const taken: CapturedFile[] = []
  const names = new Set<string>()
  let fitting = 0
  for (const file of files) {
    const candidates = file.sha256 === undefined ? undefined : byDigest.get(file.sha256)
    if (candidates === undefined) continue
    const fit = candidates.find((name) => isEndOf(name, file.path))
    const name =
      fit ??
      (hasContent(file) ? (candidates.find((one) => !names.has(one)) ?? candidates[0]) : undefined)
    if (name === undefined) continue
    if (fit !== undefined) fitting++
    names.add(name)
    taken.push(file)
  }
  return { directory, files: taken, names, fitting }
}

function hasContent({ bytes }: CapturedFile): boolean {
  return bytes !== 0
}

function isEndOf(name: string, path: string): boolean {
  return path === name || path.endsWith(`/${name}`)
}
