import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { cliError } from './cli-error.ts'
import { readError } from './hashing/hash-file.ts'

/**
 * A file that somebody handed over, whole. Devices and pipes are refused: they may have no end.
 *
 * @throws CliError `path-missing`, `path-unreadable`, `not-a-file`, or `bad-document` (longer than `bytesMax`)
 */
export async function readInputFile(path: string, bytesMax: number): Promise<Uint8Array> {
  const bytes = await readUpTo(path, bytesMax + 1)
  if (bytes.length <= bytesMax) return bytes
  throw cliError('bad-document', `${path} is longer than the ${bytesMax} bytes it may have`)
}

/**
 * The first `bytesMax` bytes of a regular file. What is counted is what is read: a file can grow, and
 * some report no size at all.
 *
 * @param inspect may refuse the file, once it is open, by what it throws
 * @throws CliError `path-missing`, `path-unreadable` or `not-a-file`
 */
export async function readUpTo(
  path: string,
  bytesMax: number,
  inspect: (stat: Stats) => void = () => undefined,
): Promise<Uint8Array> {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw cliError('not-a-file', `${path} is not a regular file`)
      inspect(stat)
      return await firstBytes(file, bytesMax)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw readError(path, error)
  }
}

async function firstBytes(file: FileHandle, bytesMax: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  const options = { start: 0, end: bytesMax - 1, autoClose: false }
  for await (const chunk of file.createReadStream(options)) chunks.push(chunk as Buffer)
  return new Uint8Array(Buffer.concat(chunks))
}
