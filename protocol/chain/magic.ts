import { equalBytes } from '../bytes.ts'
import type { ByteReader } from '../encoding/byte-reader.ts'
import { type Rejection, refuse } from '../rejection.ts'

interface Opening {
  /** Text that ends in a zero byte. */
  readonly magic: Uint8Array
  readonly version: number
  /** What the bytes claim to be, for the person who reads the refusal. */
  readonly what: string
}

/**
 * Reads a magic word and the version byte behind it: how everything on disk begins. Another magic
 * word is malformed; a version that we do not know says that we are too old, not that they lie.
 */
export function readMagic(reader: ByteReader, opening: Opening): Rejection | undefined {
  const { magic, version, what } = opening
  if (!equalBytes(reader.raw(magic.length), magic)) {
    return refuse('malformed', `${what} without its magic word`)
  }
  const found = reader.u8()
  if (reader.failed) return refuse('malformed', `${what} ends before its version`)
  if (found !== version) return refuse('unknown-version', `${what} of version ${found}`)
  return undefined
}
