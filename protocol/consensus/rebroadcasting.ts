import { REBROADCAST_MS } from '../limits.ts'
import type { ConsensusEffect } from './effect.ts'
import type { ConsensusMessage, Vote } from './message.ts'
import type { HeightState } from './state.ts'

/**
 * R11: while a view lasts, everything that helps the others to get here and on: the own votes, the
 * proposal, the newest polka, and what justified entering the view. It stands in for the gossip that
 * Tendermint assumes, and its first repetition is for whoever was not connected the first time.
 */
export function rebroadcast(state: HeightState, effects: ConsensusEffect[]): void {
  const messages: ConsensusMessage[] = []
  const proposal = state.proposals.get(state.view)?.message
  if (proposal) messages.push(proposal)
  const { self } = state.context
  if (self !== null)
    messages.push(...state.votes.votesOf(self).filter(({ view }) => view === state.view))
  const bundles = [state.validPolka, state.entryProof].filter(
    (votes): votes is readonly Vote[] => votes.length > 0,
  )
  effects.push({ kind: 'rebroadcast', messages, bundles })
  effects.push({ kind: 'timer', timer: 'rebroadcast', view: state.view, ms: REBROADCAST_MS })
  state.asked.clear()
}
