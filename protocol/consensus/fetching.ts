import type { Digest } from '../digest.ts'
import type { ConsensusEffect } from './effect.ts'
import type { Vote } from './message.ts'
import type { HeightState } from './state.ts'

/** A quorum voted for a block whose body never came: those who voted have it. Asked again at each rebroadcast. */
export function fetchBody(
  state: HeightState,
  block: Digest,
  votes: readonly Vote[],
  effects: ConsensusEffect[],
): void {
  if (state.asked.has(block)) return
  state.asked.add(block)
  effects.push({ kind: 'fetch', block, from: votes.map(({ member }) => member) })
}
