import { assert } from '../assert.ts'
import type { ConsensusEffect } from './effect.ts'
import { fetchBody } from './fetching.ts'
import type { HeightState } from './state.ts'

/**
 * R8: a quorum committed to one block, in whatever view. Once its body was checked the height is over.
 * That a quorum committed to what we find invalid is no reason to go on either: the replica, which
 * cannot execute the decision, then stops with the disagreement.
 */
export function decide(state: HeightState, effects: ConsensusEffect[]): boolean {
  const commits = state.votes.commitQuorum()
  if (commits === undefined) return false
  const { view, block, votes } = commits
  assert(votes.length >= state.quorum, 'nothing is decided without a quorum')
  if (!state.checked.has(block)) {
    fetchBody(state, commits, effects)
    return false
  }
  state.step = 'decided'
  const sorted = votes.toSorted((a, b) => a.member - b.member)
  effects.push({
    kind: 'decide',
    proof: {
      height: state.context.height,
      view,
      block,
      signers: sorted.map(({ member }) => member),
      signatures: sorted.map(({ signature }) => signature),
    },
  })
  return true
}
