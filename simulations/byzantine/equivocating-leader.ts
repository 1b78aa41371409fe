import type { Digest } from '../../protocol/digest.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import {
  frameIn,
  isOwnProposal,
  isOwnVote,
  type Proposal,
  revote,
  rivalProposal,
  withFrame,
} from './rewording.ts'

/** Now and then somebody is shown both. */
const CARELESS = 0.3

/**
 * Proposes two valid blocks in one view, each to a half of the others, and votes in each half for
 * the block that the half knows.
 */
export function equivocatingLeader(tools: ActorTools): Actor {
  const rivals = new Map<Digest, Proposal | undefined>()
  const secondHalf = new Set(
    tools.random.shuffle(others(tools)).slice(Math.floor(tools.members / 2)),
  )

  function rewriteProposal(message: Outgoing, proposal: Proposal): readonly Outgoing[] {
    const { block } = proposal.prePrepare
    if (!rivals.has(block)) rivals.set(block, rivalProposal(tools, proposal))
    const rival = rivals.get(block)
    if (rival === undefined) return [message]
    if (tools.random.chance(CARELESS)) return [message, withFrame(message, rival)]
    return [secondHalf.has(message.to) ? withFrame(message, rival) : message]
  }

  return {
    name: 'equivocating leader',
    rewrite(message) {
      const frame = frameIn(message)
      if (isOwnProposal(tools, frame)) return rewriteProposal(message, frame)
      if (!isOwnVote(tools, frame) || frame.vote.block === null || !secondHalf.has(message.to))
        return [message]
      const rival = rivals.get(frame.vote.block)
      if (rival === undefined) return [message]
      return [
        withFrame(message, {
          kind: 'vote',
          vote: revote(tools, frame.vote, rival.prePrepare.block),
        }),
      ]
    },
  }
}

function others(tools: ActorTools): number[] {
  return Array.from({ length: tools.members }, (_, i) => i).filter(
    (member) => member !== tools.self,
  )
}
