import type { Digest } from '../digest.ts'
import type { ConsensusEffect } from './effect.ts'
import { fetchBody } from './fetching.ts'
import type { HeightState } from './state.ts'
import { voteTimeoutMs } from './timeouts.ts'

/**
 * R5: a quorum prepared one block in this view. Whoever has not committed yet locks on it and says
 * COMMIT; everyone remembers it as the block to propose again, also after having committed to nothing.
 */
export function lock(state: HeightState, effects: ConsensusEffect[]): boolean {
  const prepared = state.step === 'prepared' || state.step === 'committed'
  if (!prepared || state.fired.has('R5')) return false
  const polka = state.votes.polka(state.view)
  const block = polka?.[0]?.block
  if (polka === undefined || block === undefined || block === null) return false
  if (state.checked.get(block) !== true) {
    if (!state.checked.has(block)) fetchBody(state, block, polka, effects)
    return false
  }
  state.fired.add('R5')
  if (state.step === 'prepared') {
    state.lockedView = state.view
    state.lockedBlock = block
    commit(state, block, effects)
  }
  state.validView = state.view
  state.validBlock = block
  state.validPolka = polka
  return true
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
