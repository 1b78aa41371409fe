import type { CommitProof } from '../../chain/commit-proof.ts'
import type { Guard } from '../../ports.ts'

/**
 * W10: whether a block was decided with a signature of this member that its guard knows nothing of. Then
 * the key has signed elsewhere: another node has it, or this home came out of a backup.
 */
export function isSignedElsewhere(
  { height, view, signers }: CommitProof,
  self: number,
  guard: Guard,
): boolean {
  const isPast = height < guard.height || (height === guard.height && view <= guard.view)
  return !isPast && signers.includes(self)
}
