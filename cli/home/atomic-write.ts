import { randomBytes } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { cliError, systemCode } from '../cli-error.ts'

interface WriteOptions {
  /** Permission bits of a new file. */
  readonly mode?: number
  /** Refuse when the file exists already. */
  readonly exclusive?: boolean
}

/**
 * Writes a whole file or none: a temporary one beside it is synced and then takes its name.
 *
 * @throws CliError `path-exists`, `disk-full` or `write-failed`
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  { mode = 0o640, exclusive = false }: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await takeName(temporary, path, exclusive)
    await syncFolder(dirname(path))
  } catch (error) {
    // What went wrong with the file counts, not what the draft's removal says about it.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeError(path, error)
  }
}

/** A name in the same folder, hence on the same disk, that nobody else has. */
export function temporaryBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.partial`
}

/** Makes names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** What a failed write means to a person. */
export function writeError(path: string, error: unknown): Error {
  const code = systemCode(error)
  if (code === 'EEXIST') {
    return cliError('path-exists', `${path} exists already`, { cause: error })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = 'free some space and repeat the command'
    return cliError('disk-full', `no space left to write ${path}`, { cause: error, hint })
  }
  if (code === undefined) return error instanceof Error ? error : new Error(String(error))
  const why = code === 'ENOENT' ? `there is no folder ${dirname(path)}` : code
  return cliError('write-failed', `cannot write ${path}: ${why}`, { cause: error })
}

/** A hard link fails where the name is taken, which a rename would overwrite. */
async function takeName(temporary: string, path: string, exclusive: boolean): Promise<void> {
  if (!exclusive) return rename(temporary, path)
  await link(temporary, path)
  await rm(temporary)
}
