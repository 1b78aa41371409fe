import type { Digest } from '../../protocol/digest.ts'
import { HOME_FILES, NONCES_FORMAT, type NoncesFile } from '../../protocol/home.ts'
import { writeAtomically } from './atomic-write.ts'
import { withFileLock } from './file-lock.ts'
import { type Home, ownFile } from './home.ts'
import { withFolder } from './own-folder.ts'
import { readJson } from './read-json.ts'

export const FIRST_NONCE = 1

/**
 * Takes a nonce that no record of this author carries, and none that was signed here and is still
 * under way: a nonce that was used for two contents would be kept as evidence against the author.
 *
 * @param ledgerNext what the node knows to be free
 */
export async function reserveNonce(
  home: Home,
  chain: Digest,
  author: string,
  ledgerNext: number,
): Promise<number> {
  const file = await withFolder(ownFile(home, HOME_FILES.nonces))
  const key = `${chain}/${author}`
  return withFileLock(`${file}.lock`, async () => {
    const known = await readJson<NoncesFile>(file, NONCES_FORMAT)
    const next = known?.next ?? {}
    const nonce = Math.max(FIRST_NONCE, ledgerNext, next[key] ?? FIRST_NONCE)
    const changed: NoncesFile = { format: NONCES_FORMAT, next: { ...next, [key]: nonce + 1 } }
    await writeAtomically(file, `${JSON.stringify(changed, null, 2)}\n`)
    return nonce
  })
}
