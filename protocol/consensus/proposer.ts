import type { CommitProof } from '../chain/commit-proof.ts'
import { faultsTolerated } from '../chain/committee.ts'

/** What a committed block's canonical proof says about the leaders of its height. */
export interface CommitHistory {
  readonly height: number
  /** Leaders of the views before the one that decided: they did not get their height decided. */
  readonly failed: readonly number[]
  /** Members whose COMMIT is in the proof: they were there. */
  readonly signers: readonly number[]
}

/** Blocks that are remembered: two turns of the whole committee. */
function windowBlocks(n: number): number {
  return 2 * n
}

/**
 * The leader of a view. The first view goes round the members, leaving out at most f of them that
 * failed lately and have not been seen since; later views go round all members, so that no member is
 * left out for good. Everything comes from committed blocks, never from a proof that only we hold.
 *
 * @param n size of the committee
 * @param history entries of committed blocks; only heights from h-2n to h-2 count, because the proof
 *   of block h-1 becomes canonical with block h itself
 */
export function proposerOf(
  height: number,
  view: number,
  n: number,
  history: readonly CommitHistory[],
): number {
  if (view > 0) return (height + view) % n
  const skipped = skippedMembers(height, n, history)
  const candidates = Array.from({ length: n }, (_, member) => member).filter(
    (member) => !skipped.has(member),
  )
  return candidates[height % candidates.length] as number
}

function skippedMembers(
  height: number,
  n: number,
  history: readonly CommitHistory[],
): ReadonlySet<number> {
  const window = history.filter(
    (entry) => entry.height >= height - windowBlocks(n) && entry.height <= height - 2,
  )
  const skipped = new Set<number>()
  const seenSince = new Set<number>()
  for (const entry of window.toReversed()) {
    for (const member of entry.failed) {
      if (!seenSince.has(member) && skipped.size < faultsTolerated(n)) skipped.add(member)
    }
    for (const member of entry.signers) seenSince.add(member)
  }
  return skipped
}

/** Adds what the next block's body says of its parent, and forgets what no leader depends on any more. */
export function extendHistory(
  history: readonly CommitHistory[],
  proof: CommitProof,
  n: number,
): readonly CommitHistory[] {
  const { height, view, signers } = proof
  const failed = new Set<number>()
  for (let earlier = 0; earlier < Math.min(view, n + 1); earlier++) {
    failed.add(proposerOf(height, earlier, n, history))
  }
  const entry = { height, failed: [...failed].sort((a, b) => a - b), signers: [...signers] }
  return [...history, entry].filter((kept) => kept.height > height - windowBlocks(n) - 2)
}
