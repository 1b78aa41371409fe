import { CliError, systemCode } from '../../cli-error.ts'
import { hashFile } from '../../hashing/hash-file.ts'
import { type BytePath, toText } from '../byte-path.ts'
import { hashSmall, SMALL_HASH_BYTES_MAX } from './hash-small.ts'
import { lookAt, oddKind, stampOf } from './stamp.ts'
import type { Sight } from './tracked-file.ts'

interface SightOptions {
  readonly signal: AbortSignal
  /** A larger file is not hashed. */
  readonly bytesMax: number
}

const GONE: Sight = { unhashed: 'gone before it could be hashed', stamp: '' }

/**
 * What a file holds now, or why that cannot be said. Never throws.
 *
 * @param path without links
 */
export async function sightOf(path: BytePath, options: SightOptions): Promise<Sight> {
  const stat = lookAt(path, false)
  if (stat === undefined) return GONE
  const stamp = stampOf(stat)
  const odd = oddKind(stat)
  if (odd !== undefined) return { unhashed: `it is ${odd}`, stamp }
  const text = toText(path)
  if (text === undefined) return { unhashed: 'its name is not UTF-8', stamp }
  if (Number(stat.size) > options.bytesMax) return { unhashed: 'too large to be hashed', stamp }
  const small = Number(stat.size) <= SMALL_HASH_BYTES_MAX ? hashSmall(path) : undefined
  if (small !== undefined) return { hashed: small, stamp }
  try {
    return { hashed: await hashFile(text, { signal: options.signal }), stamp }
  } catch (error) {
    return { unhashed: whyNot(error, options.signal), stamp }
  }
}

function whyNot(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'hashing was stopped'
  if (!(error instanceof CliError)) return 'it could not be read'
  if (error.code === 'path-missing') return 'gone before it could be hashed'
  if (error.code === 'changed-while-hashing') return 'it changed while it was being hashed'
  const code = systemCode(error.cause)
  return code === undefined ? 'it could not be read' : `it could not be read: ${code}`
}
