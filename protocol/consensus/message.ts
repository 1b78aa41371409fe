import type { Digest } from '../digest.ts'
import { commitSignable, prePrepareSignable, prepareSignable } from '../signables.ts'

/** The three messages of PBFT. `member` is the sender's index in the committee of the height. */
export interface PrePrepare {
  readonly kind: 'pre-prepare'
  readonly height: number
  readonly view: number
  readonly block: Digest
  /** The view in which `block` was last prepared, NO_VIEW for a fresh block. */
  readonly validView: number
  readonly member: number
  readonly signature: Uint8Array
}

export interface Prepare {
  readonly kind: 'prepare'
  readonly height: number
  readonly view: number
  readonly block: Digest | null
  readonly validView: number
  readonly member: number
  readonly signature: Uint8Array
}

export interface Commit {
  readonly kind: 'commit'
  readonly height: number
  readonly view: number
  readonly block: Digest | null
  readonly member: number
  readonly signature: Uint8Array
}

export type Vote = Prepare | Commit
export type ConsensusMessage = PrePrepare | Vote

type Unsigned<M> = M extends ConsensusMessage ? Omit<M, 'signature'> : never
/** What a member is about to say, before it is durable and signed. */
export type Draft = Unsigned<ConsensusMessage>

/** The exact bytes that the sender of a message signs. */
export function signableOf(chain: Digest, message: Draft): Uint8Array {
  const at = { chain, height: message.height, view: message.view }
  switch (message.kind) {
    case 'pre-prepare':
      return prePrepareSignable(at, message.block, message.validView)
    case 'prepare':
      return prepareSignable(at, message.block, message.validView)
    case 'commit':
      return commitSignable(at, message.block)
  }
}
