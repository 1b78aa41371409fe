import { parseIdentity } from '../../protocol/chain/genesis.ts'
import type { Identity } from '../../protocol/chain/identity.ts'
import { canonicalJson } from '../../protocol/encoding/canonical-json.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { GENESIS_BYTES_MAX } from '../../protocol/limits.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { cliError, refusal } from '../cli-error.ts'
import { type Home, homeFile } from '../home/home.ts'
import { readInputFile } from '../read-input.ts'

/** The public identity of a home, proofs checked. */
export async function readOwnIdentity(home: Home): Promise<Identity> {
  return readIdentity(homeFile(home, HOME_FILES.identity))
}

/**
 * An identity that somebody handed over. Its layout may differ, because it may have passed through a
 * terminal or an editor; its content is checked like a stranger's.
 */
export async function readIdentity(path: string): Promise<Identity> {
  const bytes = await readInputFile(path, GENESIS_BYTES_MAX)
  const identity = parseIdentity(canonicalAgain(bytes, path))
  if (isRejection(identity)) throw refusal(identity, path)
  return identity
}

function canonicalAgain(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return canonicalJson(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (error) {
    throw cliError('bad-document', `${path} is not JSON`, { cause: error })
  }
}
