import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { cliError } from '../cli-error.ts'
import { writeError } from '../home/atomic-write.ts'
import { printable } from '../output/printable.ts'
import type { Progress } from '../output/progress.ts'

export interface Expected {
  /** Of a file in a directory. */
  readonly name?: string
  readonly sha256: string
  readonly bytes: number
}

/**
 * Writes what arrives to a new file, and checks it on the way. The file is on disk when this returns.
 *
 * @throws CliError `content-mismatch` when other bytes arrive than the certificate names
 */
export async function receiveFile(
  content: IncomingMessage | AsyncIterable<Buffer> | Iterable<Buffer>,
  path: string,
  expected: Expected,
  progress: Progress,
): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o644)
    try {
      const hash = createHash('sha256')
      let bytes = 0
      for await (const chunk of content as AsyncIterable<Buffer> | Iterable<Buffer>) {
        bytes += chunk.length
        if (bytes > expected.bytes) throw mismatch(expected, 'more bytes')
        hash.update(chunk)
        await file.writeFile(chunk)
        progress.advance(chunk.length)
      }
      if (hash.digest('hex') !== expected.sha256) throw mismatch(expected, 'other bytes')
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if ('destroy' in content) content.destroy()
    throw writeError(path, error)
  }
}

function mismatch({ name, sha256 }: Expected, what: string): Error {
  const place = name === undefined ? '' : ` for ${printable(name)}`
  const message = `${what} arrived${place} than those with the sha256 ${sha256}`
  return cliError('content-mismatch', message, {
    hint: 'nothing was kept; repeat the command to fetch from others',
  })
}
