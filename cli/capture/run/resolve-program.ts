import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

/** A program that can be started, or why not, with the exit code that shells give it. */
export type Program =
  | { readonly path: string; readonly isSetuid: boolean; readonly argv: readonly string[] }
  | { readonly failure: string; readonly exitCode: 126 | 127 }

const SHELL = '/bin/sh'
const HEAD_BYTES = 128

/**
 * Finds a program as `execvp` does: along PATH, and a script without `#!` is for the shell.
 *
 * @param argv the name first
 * @param environment of the command
 */
export function resolveProgram(
  argv: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
): Program {
  const [name = ''] = argv
  if (name === '') return { failure: 'the command is empty', exitCode: 127 }
  const candidates = name.includes('/')
    ? [resolve(folder, name)]
    : (environment.PATH ?? '/usr/local/bin:/usr/bin:/bin')
        .split(':')
        .map((entry) => resolve(folder, entry, name))
  const found = candidates.filter(isFile)
  const path = found.find(isExecutable)
  if (path !== undefined) {
    const isText = isPlainScript(path)
    return { path, isSetuid: isSetuid(path), argv: isText ? [SHELL, path, ...argv.slice(1)] : argv }
  }
  const isThere = found.length > 0 || (name.includes('/') && candidates.some(exists))
  return isThere
    ? { failure: `${name} cannot be executed`, exitCode: 126 }
    : { failure: `${name} is not found`, exitCode: 127 }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Started with the rights of its owner, which the kernel does not grant to what is traced. */
export function isSetuid(path: string | Buffer): boolean {
  try {
    const { mode, uid, gid } = statSync(path)
    const isUserSet = (mode & 0o4000) !== 0 && uid !== process.getuid?.()
    return isUserSet || ((mode & 0o2000) !== 0 && gid !== process.getgid?.())
  } catch {
    return false
  }
}

function isPlainScript(path: string): boolean {
  const head = Buffer.alloc(HEAD_BYTES)
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = readSync(file, head)
      return (
        bytes > 0 && !head.subarray(0, bytes).includes(0) && head.toString('latin1', 0, 2) !== '#!'
      )
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
