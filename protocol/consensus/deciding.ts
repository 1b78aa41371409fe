import { assert } from '../assert.ts'
import type { ConsensusEffect } from './effect.ts'
import { fetchBody } from './fetching.ts'
import type { Commit } from './message.ts'
import type { HeightState } from './state.ts'

/** R8: a quorum committed to one block, in whatever view. Its body must be here; then the height is over. */
export function decide(state: HeightState, effects: ConsensusEffect[]): boolean {
  const commits = state.votes.commitQuorum()
  return commits !== undefined && decideBy(state, commits, effects)
}

/** @param commits from a quorum of distinct members, for one block of one view */
export function decideBy(
  state: HeightState,
  commits: readonly Commit[],
  effects: ConsensusEffect[],
): boolean {
  const block = commits[0]?.block
  assert(commits.length >= state.quorum, 'nothing is decided without a quorum')
  assert(block !== undefined && block !== null, 'nil is never decided')
  if (!state.checked.has(block)) {
    fetchBody(state, block, commits, effects)
    return false
  }
  state.step = 'decided'
  const sorted = commits.toSorted((a, b) => a.member - b.member)
  effects.push({
    kind: 'decide',
    proof: {
      height: state.context.height,
      view: (sorted[0] as Commit).view,
      block,
      signers: sorted.map(({ member }) => member),
      signatures: sorted.map(({ signature }) => signature),
    },
  })
  return true
}
