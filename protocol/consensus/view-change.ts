import { NO_VIEW } from '../signables.ts'
import { REBROADCAST_MS } from '../limits.ts'
import type { ConsensusEffect } from './effect.ts'
import type { Vote } from './message.ts'
import { propose } from './proposing.ts'
import type { HeightState } from './state.ts'
import { proposeTimeoutMs } from './timeouts.ts'

/** R1: enters a view. Its leader proposes the newest prepared block, or asks for a new one; the others wait for it. */
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
  state.votes.forget(view, [state.lockedView, state.validView])
  const { self, proposer, parameters } = state.context
  effects.push({ kind: 'timer', timer: 'propose', view, ms: proposeTimeoutMs(view, parameters) })
  effects.push({ kind: 'timer', timer: 'rebroadcast', view, ms: REBROADCAST_MS })
  if (self === null || proposer(view) !== self) return
  if (state.validBlock !== null) propose(state, state.validBlock, effects)
  else effects.push({ kind: 'build', view })
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
 * greatest view of all members, which needs one number for each.
 */
export function skipToLaterView(state: HeightState, effects: ConsensusEffect[]): boolean {
  const views = state.latest.map((vote) => vote?.view ?? NO_VIEW).sort((a, b) => b - a)
  const view = views[state.faults] ?? NO_VIEW
  if (view <= state.view) return false
  const because = state.latest.filter((vote) => vote !== null && vote.view >= view)
  startView(state, view, because as Vote[], effects)
  return true
}
