import { open } from 'node:fs/promises'
import { cliError, systemCode } from './cli-error.ts'

/**
 * A file that somebody handed over, whole.
 *
 * @throws CliError `path-missing`, `path-unreadable` or `bad-document` (longer than `bytesMax`)
 */
export async function readInputFile(path: string, bytesMax: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > bytesMax) {
        throw cliError('bad-document', `${path} is longer than the ${bytesMax} bytes it may have`)
      }
      return new Uint8Array(await file.readFile())
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (code === 'ENOENT') throw cliError('path-missing', `there is no ${path}`, { cause: error })
    throw cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
  }
}
