import type { Digest } from '../../digest.ts'
import type { Guard } from '../../ports.ts'
import { readRejoin } from '../../rules/rejoin-rules.ts'
import type { StateView } from '../../rules/rule-context.ts'

/**
 * W11: the guard with which a key whose guard was lost begins again, once the record that names this
 * node's nonce is committed. Why it is safe: let k be the greatest height at which the key ever signed.
 * The block k - 1 was decided before, so before the nonce was drawn; the block with the nonce is k or a
 * later one, and the key has signed nothing after it.
 *
 * @param nonce drawn by this process, after it found the guard lost: one out of a file might be older
 */
export function guardAfterRejoin(
  state: StateView,
  consensusKey: string,
  nonce: Digest,
): Guard | undefined {
  const rejoined = readRejoin(state, consensusKey)
  if (rejoined?.nonce !== nonce) return undefined
  const height = rejoined.height + 1
  return { height, view: 0, prePrepare: null, prepare: null, commit: null }
}
