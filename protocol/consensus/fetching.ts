import type { ConsensusEffect } from './effect.ts'
import type { Vote } from './message.ts'
import type { HeightState } from './state.ts'
import type { VoteQuorum } from './vote-keeper.ts'

/**
 * A quorum voted for a block whose body is not checked here: whoever voted for it has it. Asked again
 * at each rebroadcast; but first what came with a proposal gets the time to be checked.
 */
export function fetchBody(
  state: HeightState,
  { block, votes }: VoteQuorum<Vote>,
  effects: ConsensusEffect[],
): void {
  if (state.checked.has(block) || state.asked.has(block)) return
  state.asked.add(block)
  const from = votes.map(({ member }) => member).filter((member) => member !== state.context.self)
  effects.push({ kind: 'fetch', block, from })
}
