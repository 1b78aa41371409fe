import type { Digest } from '../digest.ts'
import { NO_VIEW } from '../signables.ts'
import type { ConsensusEffect } from './effect.ts'
import type { HeightState, Proposal } from './state.ts'
import { isTimely } from './timeliness.ts'
import { voteTimeoutMs } from './timeouts.ts'

/** R2 and R3: answers the proposal of the present view, once its body was checked. */
export function answerProposal(state: HeightState, effects: ConsensusEffect[]): boolean {
  if (state.step !== 'propose') return false
  const proposal = state.proposals.get(state.view)
  if (proposal === undefined || !state.checked.has(proposal.block)) return false
  const { block, validView } = proposal
  // R3 waits for the polka that the proposal claims; without it the view ends by TP.
  if (validView !== NO_VIEW && state.votes.polka(validView)?.block !== block) return false
  const accepted =
    state.checked.get(block) === true && isFitting(state, proposal) && mayPrepare(state, proposal)
  prepare(state, accepted ? block : null, validView, effects)
  return true
}

/** R2: a fresh block must be timely. R3: one that is proposed again was found timely by a quorum. */
function isFitting(state: HeightState, proposal: Proposal): boolean {
  if (proposal.validView !== NO_VIEW) return true
  const { parentTimeMs, parameters } = state.context
  return isTimely({ ...proposal, view: state.view }, parentTimeMs, parameters)
}

/**
 * The lock rule: nothing unlocks but a polka as new as the lock. The locked block itself needs no newer
 * polka, except for a member that was locked on another block before: its COMMIT to that one and
 * this PREPARE, behind an older polka, would read as amnesia to whoever did not see the lock change.
 */
function mayPrepare(state: HeightState, { block, validView }: Proposal): boolean {
  if (state.lockedView <= validView) return true
  return state.lockedBlock === block && state.otherLockView <= validView
}

/** Says PREPARE. A nil PREPARE carries no valid view. */
export function prepare(
  state: HeightState,
  block: Digest | null,
  validView: number,
  effects: ConsensusEffect[],
): void {
  state.step = 'prepared'
  const { self, height } = state.context
  if (self === null) return
  effects.push({
    kind: 'say',
    draft: {
      kind: 'prepare',
      height,
      view: state.view,
      block,
      validView: block === null ? NO_VIEW : validView,
      member: self,
    },
    justification: [],
  })
}

/** R4: a quorum prepared something, not the same: the rest gets a last while to arrive. */
export function waitForPrepares(state: HeightState, effects: ConsensusEffect[]): boolean {
  if (state.step !== 'prepared' || state.fired.has('R4')) return false
  if (state.votes.preparedCount(state.view) < state.quorum) return false
  state.fired.add('R4')
  const ms = voteTimeoutMs(state.view, state.context.parameters)
  effects.push({ kind: 'timer', timer: 'prepare', view: state.view, ms })
  return true
}
