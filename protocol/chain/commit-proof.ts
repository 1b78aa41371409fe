import type { Digest } from '../digest.ts'

/**
 * The quorum of signed COMMITs on a block, all over identical bytes. Two honest nodes may hold
 * different proofs of one block; only the one inside the next block's body is canonical.
 */
export interface CommitProof {
  readonly height: number
  readonly view: number
  readonly block: Digest
  /** Committee indices, ascending, no duplicates, at least a quorum. */
  readonly signers: readonly number[]
  /** 64 bytes each, in the order of `signers`. */
  readonly signatures: readonly Uint8Array[]
}
