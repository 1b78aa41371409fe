import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * Reads a small regular file whole; its size is looked at first.
 *
 * @throws RangeError for anything else than a regular file of at most `bytesMax` bytes
 */
export async function readBoundedFile(path: string, bytesMax: number): Promise<Uint8Array> {
  // Without O_NONBLOCK, opening a pipe would wait for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new RangeError(`${path} is not a regular file`)
    if (stat.size > bytesMax) {
      throw new RangeError(`${path} has ${stat.size} bytes, at most ${bytesMax} are read`)
    }
    return await file.readFile()
  } finally {
    await file.close()
  }
}
