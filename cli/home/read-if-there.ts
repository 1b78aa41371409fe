import { readFile } from 'node:fs/promises'
import { cliError, systemCode } from '../cli-error.ts'

/**
 * The text of a file that need not be there.
 *
 * @throws CliError `path-unreadable`
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
  }
}
