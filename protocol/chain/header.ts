import type { Digest } from '../digest.ts'

/**
 * What one block commits to. It names no view: a block that is proposed again keeps its id.
 * Byte layout: SPEC.md, "Header".
 */
export interface Header {
  readonly version: number
  readonly chain: Digest
  /** 1 for the first block; genesis counts as height 0 and has no header. */
  readonly height: number
  /** Ledger time, ms since the Unix epoch, strictly rising. */
  readonly timeMs: number
  /** Id of the block before; of block 1: the chain id. */
  readonly parent: Digest
  readonly bodyHash: Digest
  /** Records in the log after this block. */
  readonly logSize: number
  readonly logRoot: Digest
  readonly stateRoot: Digest
  /** Committee of this height and of the next. */
  readonly committeeHash: Digest
  readonly nextCommitteeHash: Digest
  readonly parametersHash: Digest
  /** Index of the proposer in the committee. */
  readonly proposer: number
}
