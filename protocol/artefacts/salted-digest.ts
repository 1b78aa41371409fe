import { assert } from '../assert.ts'
import { concatBytes } from '../bytes.ts'
import { type Digest, digestBytes, domainDigest } from '../digest.ts'

export const SALT_BYTES = 32

/**
 * What the ledger holds of a confidential artefact whose content could be guessed: nobody can test a
 * guess without the salt, which the owner keeps and may disclose.
 *
 * @param salt 32 secret bytes
 * @param digest SHA-256 of the content
 */
export function saltedDigestOf(salt: Uint8Array, digest: Digest): Digest {
  assert(salt.length === SALT_BYTES, 'a salt has 32 bytes')
  return domainDigest('pedigree-salted-sha256/1', concatBytes(salt, digestBytes(digest)))
}
