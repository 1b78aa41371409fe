import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { ARGUMENT_PLACES_MAX } from '../bounds.ts'
import { type BytePath, bytePath, isInside } from '../byte-path.ts'
import { isOfKernel, realPath } from './places.ts'
import { lookAt } from './stamp.ts'

/** Folders of the system, which hold programs and their settings. */
const SYSTEM =
  /^\/(?:usr|bin|sbin|lib(?:32|64|x32)?|etc|boot|run|snap|nix|gnu|var\/(?:lib|cache|run))(?:\/|$)/
/** What interpreters, package managers and tools keep, wherever they lie; caches of models are data. */
const TOOLS: readonly RegExp[] = [
  /\/lib(?:64)?\/python\d[\d.]*\//,
  /\/(?:(?:site|dist)-packages|site-library|node_modules|conda-meta|__pycache__)\//,
  /\/\.(?:pyenv|nvm|rustup|cargo|conda|config|npm|ipython|jupyter|git|local\/lib)\//,
  /\/\.cache\/(?!huggingface\/|torch\/)[^/]+\//,
]
const LIBRARY = /\.(?:so(?:\.[\d.]+)?|dylib|pyc|pth)$/

const OWNER_EXECUTES = 0o100n

/** Whether a file that was read outside the project may be data, not the software that read it. */
export function mayBeData(key: BytePath, mode: bigint): boolean {
  return !(
    isOfKernel(key) ||
    SYSTEM.test(key) ||
    TOOLS.some((pattern) => pattern.test(key)) ||
    LIBRARY.test(key) ||
    (mode & OWNER_EXECUTES) !== 0n
  )
}

/**
 * Files and folders outside the project that the command line names: what is read there is no part of
 * the environment.
 *
 * @param argv the command's own
 * @param folder absolute; names are relative to it
 */
export function placesInArguments(
  argv: readonly string[],
  folder: string,
  project: BytePath,
): readonly BytePath[] {
  const names = argv.slice(1).flatMap((argument) => {
    const value = argument.slice(argument.indexOf('=') + 1)
    return argument.startsWith('-') && value === argument ? [] : [argument, value]
  })
  const places = names
    .filter((name) => name.includes('/') || name === '..')
    .map((name) => realPath(bytePath(resolve(folder, name))))
    .filter((place) => isOwnPlace(place, project))
  return [...new Set(places)].slice(0, ARGUMENT_PLACES_MAX)
}

function isOwnPlace(place: BytePath, project: BytePath): boolean {
  // What holds the project, or all of somebody's folders, says nothing about what was used.
  if (isInside(place, project) || isInside(project, place)) return false
  if (isInside(bytePath(homedir()), place) || /^\/[^/]*$/.test(place)) return false
  const stat = lookAt(place)
  if (stat === undefined) return false
  return stat.isDirectory()
    ? mayBeData(`${place}/` as BytePath, 0n)
    : stat.isFile() && mayBeData(place, stat.mode)
}
