import type { Digest } from '../digest.ts'

/** A member of the committee: one organisation's node. Its index is its place in the sorted list. */
export interface Member {
  readonly organisation: string
  /** 32-byte Ed25519 consensus key. */
  readonly consensusKey: Uint8Array
  /** libp2p peer id, base58. */
  readonly peerId: string
}

/** Sorted by organisation name (code units). */
export interface Committee {
  readonly members: readonly Member[]
  readonly hash: Digest
}

/** Byzantine members that a committee of n tolerates. */
export function faultsTolerated(n: number): number {
  return Math.floor((n - 1) / 3)
}

/**
 * Votes that decide among n. Any two quorums share an honest member, and the honest members alone
 * are a quorum. Equal to 2f+1 only where n = 3f+1.
 */
export function quorum(n: number): number {
  return Math.floor((n + faultsTolerated(n)) / 2) + 1
}
