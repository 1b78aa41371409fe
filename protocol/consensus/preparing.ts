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
  if (proposal.validView === NO_VIEW) {
    prepare(state, acceptsFresh(state, proposal) ? proposal.block : null, NO_VIEW, effects)
    return true
  }
  // R3 waits for the polka that the proposal claims; without it the view ends by TP.
  if (state.votes.polka(proposal.validView, proposal.block) === undefined) return false
  prepare(state, acceptsAgain(state, proposal) ? proposal.block : null, proposal.validView, effects)
  return true
}

/** R2: a fresh block is prepared if it is valid and timely, and no other one is locked. */
function acceptsFresh(state: HeightState, proposal: Proposal): boolean {
  const { parentTimeMs, parameters } = state.context
  const unlocked = state.lockedView === NO_VIEW || state.lockedBlock === proposal.block
  const timely = isTimely({ ...proposal, view: state.view }, parentTimeMs, parameters)
  return state.checked.get(proposal.block) === true && timely && unlocked
}

/** R3: a block proposed again is prepared if its polka is as new as the own lock. Nothing else unlocks. */
function acceptsAgain(state: HeightState, proposal: Proposal): boolean {
  const unlocked = state.lockedView <= proposal.validView || state.lockedBlock === proposal.block
  return state.checked.get(proposal.block) === true && unlocked
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
