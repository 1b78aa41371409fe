import type { AsOf, SyncState } from '../../protocol/api/common.ts'
import { quorum } from '../../protocol/chain/committee.ts'
import type { ChainService } from './deps.ts'

/** How fresh an answer of this moment is. */
export function asOf({ driver, genesis, self }: ChainService): AsOf {
  const { height, headTimeMs, targetHeight, connected } = driver.status()
  const behindBlocks = Math.max(0, targetHeight - height)
  const others = connected.filter((member) => member !== self).length
  const inSight = others + 1 >= quorum(genesis.committee.members.length)
  return { height, timeMs: headTimeMs, sync: syncState(behindBlocks, inSight), behindBlocks }
}

function syncState(behindBlocks: number, quorumInSight: boolean): SyncState {
  if (behindBlocks > 0) return 'behind'
  return quorumInSight ? 'in-sync' : 'alone'
}
