import { faultsTolerated, quorum } from '../chain/committee.ts'
import type { Parameters } from '../chain/parameters.ts'
import type { Digest } from '../digest.ts'
import { NO_VIEW } from '../signables.ts'
import type { ConsensusMessage, PrePrepare, Prepare, Vote } from './message.ts'
import { VoteKeeper } from './vote-keeper.ts'

/** What one height is decided by; fixed while it lasts. */
export interface HeightContext {
  readonly chain: Digest
  readonly height: number
  /** Members of the committee, n. */
  readonly size: number
  /** Own index; null for a node that only follows: it decides, but says nothing. */
  readonly self: number | null
  readonly proposer: (view: number) => number
  readonly parameters: Parameters
  readonly parentTimeMs: number
}

/**
 * new: no view was entered, because there is nothing to decide. propose: waiting for the leader.
 * prepared: the own PREPARE was said. committed: the own COMMIT was said. decided: over.
 */
export type Step = 'new' | 'propose' | 'prepared' | 'committed' | 'decided'

/** A proposal of one view. `message` is null until the own one comes back signed. */
export interface Proposal {
  readonly block: Digest
  readonly validView: number
  readonly blockTimeMs: number
  readonly receivedMs: number
  readonly message: PrePrepare | null
}

/** The machine of one height: Tendermint's variables under PBFT's names. Changed only by stepHeight. */
export interface HeightState {
  readonly context: HeightContext
  readonly quorum: number
  readonly faults: number
  view: number
  step: Step
  /** The block this member committed to last, and in which view: it prepares no other without proof. */
  lockedView: number
  lockedBlock: Digest | null
  /**
   * Greatest view in which this member committed to another block than lockedBlock. Only after it
   * changed its lock; see mayPrepare.
   */
  otherLockView: number
  /** The newest block known to be prepared by a quorum, with that quorum: what a leader proposes again. */
  validView: number
  validBlock: Digest | null
  validPolka: readonly Prepare[]
  /** First proposal of each nearby view. */
  readonly proposals: Map<number, Proposal>
  readonly votes: VoteKeeper
  /** By member: the message that shows the greatest view it was in, null before it said anything (R9). */
  readonly latest: (ConsensusMessage | null)[]
  /** Blocks whose body is here and was executed: valid or not. */
  readonly checked: Map<Digest, boolean>
  /** What justified entering the present view, for members that are behind (R11). */
  entryProof: readonly Vote[]
  /** Rules that fire once in a view. Emptied when a view starts. */
  readonly fired: Set<'R4' | 'R7'>
  /** Bodies that came or were asked for since the last rebroadcast: on their way, one hopes. */
  readonly asked: Set<Digest>
  /** Who was accused of what, so that each accusation is made once. */
  readonly accused: Set<string>
}

export function createHeight(context: HeightContext): HeightState {
  return {
    context,
    quorum: quorum(context.size),
    faults: faultsTolerated(context.size),
    view: NO_VIEW,
    step: 'new',
    lockedView: NO_VIEW,
    lockedBlock: null,
    otherLockView: NO_VIEW,
    validView: NO_VIEW,
    validBlock: null,
    validPolka: [],
    proposals: new Map(),
    votes: new VoteKeeper(quorum(context.size)),
    latest: new Array<ConsensusMessage | null>(context.size).fill(null),
    checked: new Map(),
    entryProof: [],
    fired: new Set(),
    asked: new Set(),
    accused: new Set(),
  }
}
