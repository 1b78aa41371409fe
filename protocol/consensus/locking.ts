import type { Digest } from '../digest.ts'
import type { ConsensusEffect } from './effect.ts'
import { fetchBody } from './fetching.ts'
import type { HeightState } from './state.ts'
import { voteTimeoutMs } from './timeouts.ts'
import type { Polka } from './vote-keeper.ts'

/**
 * R5: a quorum prepared one block in this view. Whoever has not committed yet locks on it and says
 * COMMIT; everyone remembers it as the block to propose again, also after having committed to nothing.
 */
export function lock(state: HeightState, effects: ConsensusEffect[]): boolean {
  const prepared = state.step === 'prepared' || state.step === 'committed'
  if (!prepared || state.validView === state.view) return false
  const polka = state.votes.polka(state.view)
  if (polka === undefined || !bodyIsValid(state, polka, effects)) return false
  if (state.step === 'prepared') {
    lockOn(state, polka.block)
    commit(state, polka.block, effects)
  }
  remember(state, polka)
  return true
}

/**
 * R5 for a view that is over: its polka came late, and is remembered without locking. A faulty leader
 * can see to it that a member locks in the last moment of a view, while the others commit to nothing
 * and leave. The rebroadcast of that member (R11) then reaches them in the next view, and must still
 * make them propose the locked block: else two faulty leaders could keep two members locked apart.
 */
export function rememberLatePolka(state: HeightState, effects: ConsensusEffect[]): boolean {
  const polka = state.votes.newestPolka(state.validView, state.view)
  if (polka === undefined || !bodyIsValid(state, polka, effects)) return false
  remember(state, polka)
  return true
}

function bodyIsValid(state: HeightState, polka: Polka, effects: ConsensusEffect[]): boolean {
  fetchBody(state, polka, effects)
  return state.checked.get(polka.block) === true
}

function lockOn(state: HeightState, block: Digest): void {
  const { lockedBlock, lockedView } = state
  if (lockedBlock !== null && lockedBlock !== block) state.otherLockView = lockedView
  state.lockedView = state.view
  state.lockedBlock = block
}

function remember(state: HeightState, { view, block, votes }: Polka): void {
  state.validView = view
  state.validBlock = block
  state.validPolka = votes
}

/** R6: a quorum prepared nothing. That does not unlock: nothing but a newer polka does. */
export function commitNil(state: HeightState, effects: ConsensusEffect[]): boolean {
  if (state.step !== 'prepared' || !state.votes.hasNilPrepareQuorum(state.view)) return false
  commit(state, null, effects)
  return true
}

/** Says COMMIT. */
export function commit(state: HeightState, block: Digest | null, effects: ConsensusEffect[]): void {
  state.step = 'committed'
  const { self, height } = state.context
  if (self === null) return
  const draft = { kind: 'commit', height, view: state.view, block, member: self } as const
  effects.push({ kind: 'say', draft, justification: [] })
}

/** R7: a quorum committed something, not the same: the rest gets a last while, then the view ends. */
export function waitForCommits(state: HeightState, effects: ConsensusEffect[]): boolean {
  if (state.step === 'new' || state.fired.has('R7')) return false
  if (state.votes.committedCount(state.view) < state.quorum) return false
  state.fired.add('R7')
  const ms = voteTimeoutMs(state.view, state.context.parameters)
  effects.push({ kind: 'timer', timer: 'commit', view: state.view, ms })
  return true
}
