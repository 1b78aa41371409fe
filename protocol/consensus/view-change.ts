import { REBROADCAST_MS } from '../limits.ts'
import { NO_VIEW } from '../signables.ts'
import type { ConsensusEffect } from './effect.ts'
import type { Vote } from './message.ts'
import { propose } from './proposing.ts'
import type { HeightState } from './state.ts'
import { proposeTimeoutMs } from './timeouts.ts'
import { isNearby } from './vote-keeper.ts'

/** R0: there is something to decide. */
export function onWork(state: HeightState, effects: ConsensusEffect[]): void {
  if (state.step === 'new') startView(state, 0, [], effects)
}

/** R0: a direct proposal overtakes gossip, so it is work enough to start the height (design, section 5a). */
export function startOnProposal(state: HeightState, effects: ConsensusEffect[]): boolean {
  if (state.step !== 'new' || !state.proposals.has(0)) return false
  startView(state, 0, [], effects)
  return true
}

/**
 * R1: enters a view. Its leader proposes the newest prepared block, or asks for a new one. Everyone
 * waits for the proposal, the leader too: its block may not get built in time.
 *
 * @param because the votes that justify entering it, for members that are behind (R11)
 */
export function startView(
  state: HeightState,
  view: number,
  because: readonly Vote[],
  effects: ConsensusEffect[],
): void {
  state.view = view
  state.step = 'propose'
  state.entryProof = because
  state.fired.clear()
  forgetFarViews(state)
  const { self, proposer, parameters } = state.context
  effects.push({ kind: 'timer', timer: 'propose', view, ms: proposeTimeoutMs(view, parameters) })
  effects.push({ kind: 'timer', timer: 'rebroadcast', view, ms: REBROADCAST_MS })
  if (self === null || proposer(view) !== self) return
  if (state.validBlock !== null) propose(state, state.validBlock, effects)
  else effects.push({ kind: 'build', view })
}

function forgetFarViews({ view, votes, proposals, lockedView, validView }: HeightState): void {
  votes.forget(view, [lockedView, validView])
  for (const old of proposals.keys()) if (!isNearby(old, view)) proposals.delete(old)
}

/** R7, the shortcut: a quorum committed to nothing, so nothing can be decided in this view any more. */
export function leaveNilView(state: HeightState, effects: ConsensusEffect[]): boolean {
  if (state.step === 'new') return false
  const nils = state.votes.nilCommits(state.view)
  if (nils === undefined) return false
  startView(state, state.view + 1, nils, effects)
  return true
}

/**
 * R9: f+1 members are in a later view, so an honest one is: follow. Generalised to the (f+1)-th
 * greatest view of all members, which needs one message for each. It starts a height, too.
 */
export function skipToLaterView(state: HeightState, effects: ConsensusEffect[]): boolean {
  const views = state.latest.map((message) => message?.view ?? NO_VIEW).sort((a, b) => b - a)
  const view = views[state.faults] ?? NO_VIEW
  if (view <= state.view) return false
  const because = state.latest.filter((message): message is Vote => {
    return message !== null && message.kind !== 'pre-prepare' && message.view >= view
  })
  startView(state, view, because, effects)
  return true
}
