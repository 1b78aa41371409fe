import { type Dirent, readdirSync } from 'node:fs'
import { SNAPSHOT_DEPTH_MAX, SNAPSHOT_FILES_MAX, SNAPSHOT_MS_MAX } from '../bounds.ts'
import { type BytePath, isInside, toBuffer } from '../byte-path.ts'
import { isOfKernel } from '../files/places.ts'
import { lookAt, stampOf } from '../files/stamp.ts'

/** Regular files of a folder, by absolute path, each with its identity and age. */
export interface Snapshot {
  readonly stamps: ReadonlyMap<BytePath, string>
  /** A bound was met: what is not here may be there all the same. */
  readonly isCut: boolean
}

/** Never a command's result: version control, packages, and what tools keep for themselves. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  '.bzr',
  'node_modules',
  '.venv',
  '.tox',
  '__pycache__',
  '.ipynb_checkpoints',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
])

/**
 * All files of a folder, without following links. Bounded in count, depth and time; what cannot be
 * read is not there.
 *
 * @param folder absolute, without links
 */
export function takeSnapshot(folder: BytePath): Snapshot {
  const stamps = new Map<BytePath, string>()
  const untilMs = performance.now() + SNAPSHOT_MS_MAX
  const waiting = [{ folder, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of entriesOf(next.folder)) {
      if (stamps.size >= SNAPSHOT_FILES_MAX || performance.now() > untilMs) {
        return { stamps, isCut: true }
      }
      const name = entry.name.toString('latin1')
      const path = `${next.folder === '/' ? '' : next.folder}/${name}` as BytePath
      if (entry.isDirectory()) {
        if (LEFT_OUT.has(name) || isOfKernel(path)) continue
        if (next.depth < SNAPSHOT_DEPTH_MAX) waiting.push({ folder: path, depth: next.depth + 1 })
      } else if (entry.isFile()) {
        const stat = lookAt(path, false)
        if (stat?.isFile()) stamps.set(path, stampOf(stat))
      }
    }
  }
  return { stamps, isCut: false }
}

/** Files that are new, or not what they were. */
export function changedSince(before: Snapshot, after: Snapshot): readonly BytePath[] {
  return [...after.stamps]
    .filter(([path, stamp]) => {
      const earlier = before.stamps.get(path)
      return earlier === undefined ? !before.isCut : earlier !== stamp
    })
    .map(([path]) => path)
}

/**
 * Whether a file was there; undefined where nobody looked.
 *
 * @param folder that the snapshot is of
 */
export function wasThere(
  { stamps, isCut }: Snapshot,
  folder: BytePath,
  path: BytePath,
): boolean | undefined {
  if (stamps.has(path)) return true
  const isSeen = isInside(path, folder) && !path.split('/').some((name) => LEFT_OUT.has(name))
  return isSeen && !isCut ? false : undefined
}

function entriesOf(folder: BytePath): Dirent<Buffer>[] {
  try {
    return readdirSync(toBuffer(folder), { withFileTypes: true, encoding: 'buffer' })
  } catch {
    return []
  }
}
