import { createHmac } from 'node:crypto'
import type { Digest } from '../../protocol/digest.ts'
import type { SecretKey } from '../keys/key-file.ts'

const SALT_DOMAIN = 'pedigree-salt/1'

/**
 * The salt of one confidential artefact. Derived from the signer's secret, so it is never lost while
 * the key is there, a repeated command makes the same one, and one salt that is disclosed says
 * nothing of any other.
 *
 * @param digest SHA-256 of the content
 */
export function saltFor(signer: SecretKey, digest: Digest): Uint8Array {
  const hmac = createHmac('sha256', signer.seed).update(`${SALT_DOMAIN}\0${digest}`)
  return new Uint8Array(hmac.digest())
}
