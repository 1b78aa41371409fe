import { createHash } from 'node:crypto'
import type { Digest } from '../../protocol/digest.ts'
import { ArtefactError } from '../artefacts/artefact-error.ts'

/**
 * The same bytes. The last part is kept back until the digest of all is known to be right, so that
 * nobody ever receives wrong content whole.
 *
 * @param sha256 undefined where only the salt's owner could tell
 * @throws ArtefactError content-mismatch
 */
export async function* verified(
  content: AsyncIterable<Uint8Array>,
  sha256: Digest | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let held: Uint8Array | undefined
  for await (const part of content) {
    hash.update(part)
    if (held !== undefined) yield held
    held = part
  }
  const actual = hash.digest('hex')
  if (sha256 !== undefined && actual !== sha256) {
    const message = `the bytes that arrived have the digest ${actual}, not ${sha256}`
    throw new ArtefactError('content-mismatch', message)
  }
  if (held !== undefined) yield held
}
