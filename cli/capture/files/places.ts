import { realpathSync } from 'node:fs'
import { isVersionControlName } from '../../../protocol/artefacts/file-name.ts'
import { type BytePath, bytePath, bytePathOf, isInside, toBuffer } from '../byte-path.ts'
import type { Named } from './observer.ts'

/** Where a file lies, which decides what a capture does with it. */
export type Place = 'project' | 'outside' | 'ignored'

/** What is no file of anybody: devices, and what the kernel makes up. */
const KERNEL_FOLDERS = ['/dev', '/proc', '/sys'] as BytePath[]
/** What interpreters and test tools keep for themselves. */
const CACHE_FOLDERS =
  /(?:^|\/)(?:__pycache__|\.ipynb_checkpoints|\.pytest_cache|\.mypy_cache|\.ruff_cache)\//
/** Packages that lie in a project are its environment, not its data. */
const LIBRARY_FOLDERS =
  /(?:^|\/)(?:node_modules|\.venv|venv|site-packages|dist-packages|\.tox|\.nox)\//
const BYTECODE = /^(.*?)__pycache__\/([^/]+?)\.cpython-\d+(?:\.opt-\d)?\.pyc$/

export interface Places {
  /** Absolute, without links. */
  readonly project: BytePath
  /** Of this capture itself. */
  readonly own: BytePath
  /** Named by hand, wherever they lie. */
  readonly named: readonly BytePath[]
}

/**
 * The one path by which a file is known. A link in the project to data elsewhere keeps the name that it has in the
 * project, which is how the command speaks of it.
 */
export function keyOf({ path, real }: Named, { project, named }: Places): BytePath {
  if (real === undefined || real === path) return path
  const isWanted = isInside(path, project) || named.some((folder) => isInside(path, folder))
  const isRealWanted = isInside(real, project)
  return isWanted && !isRealWanted ? path : real
}

export function placeOf(key: BytePath, { project, own, named }: Places): Place {
  if (isInside(key, own)) return 'ignored'
  if (isOfKernel(key)) return 'ignored'
  if (named.some((folder) => isInside(key, folder))) return 'project'
  if (!isInside(key, project)) return 'outside'
  const name = key.slice(project === '/' ? 1 : project.length + 1)
  if (isVersionControlName(name) || CACHE_FOLDERS.test(name)) return 'ignored'
  return LIBRARY_FOLDERS.test(name) ? 'outside' : 'project'
}

export function isOfKernel(path: BytePath): boolean {
  return KERNEL_FOLDERS.some((folder) => isInside(path, folder))
}

/** The Python source that a file of bytecode was made from; Python reads it instead. */
export function sourceOfBytecode(key: BytePath): BytePath | undefined {
  const [, folder, name] = BYTECODE.exec(key) ?? []
  return name === undefined ? undefined : (`${folder}${name}.py` as BytePath)
}

/** Without links; as it is where the file is gone. */
export function realPath(path: BytePath): BytePath {
  try {
    return bytePathOf(realpathSync.native(toBuffer(path), { encoding: 'buffer' }))
  } catch {
    return path
  }
}

export function realPathOfText(path: string): BytePath {
  return realPath(bytePath(path))
}
