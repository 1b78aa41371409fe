import { openRegularFile } from './hashing/hash-file.ts'
import { cliError, systemCode } from './cli-error.ts'

/**
 * A file that somebody handed over, whole. Devices and pipes are refused: they may have no end.
 *
 * @throws CliError `path-missing`, `path-unreadable`, `not-a-file` or `bad-document` (longer than `bytesMax`)
 */
export async function readInputFile(path: string, bytesMax: number): Promise<Uint8Array> {
  const bytes = await readUpTo(path, bytesMax + 1)
  if (bytes.length <= bytesMax) return bytes
  throw cliError('bad-document', `${path} is longer than the ${bytesMax} bytes it may have`)
}
