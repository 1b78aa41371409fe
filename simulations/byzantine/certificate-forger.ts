import type { Vote } from '../../protocol/consensus/message.ts'
import { quorumOf } from '../invariants/quorums.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, isOwnProposal, isOwnVote, withFrame } from './rewording.ts'

const FORGE = 0.4

/** Makes quorums out of itself: bundles in which its own vote stands as often as a quorum has members. */
export function certificateForger(tools: ActorTools): Actor {
  const quorum = quorumOf(tools.members)

  function bundleOf(message: Outgoing, vote: Vote): Outgoing {
    return withFrame(message, { kind: 'bundle', votes: Array.from({ length: quorum }, () => vote) })
  }

  return {
    name: 'certificate forger',
    rewrite(message) {
      const frame = frameIn(message)
      if (!tools.random.chance(FORGE)) return [message]
      if (isOwnProposal(tools, frame)) {
        const { height, view, block } = frame.prePrepare
        const vote = tools.sign({ kind: 'commit', height, view, block, member: tools.self }) as Vote
        return [message, bundleOf(message, vote)]
      }
      if (!isOwnVote(tools, frame) || frame.vote.block === null) return [message]
      const { height, view, block } = frame.vote
      const commit = tools.sign({ kind: 'commit', height, view, block, member: tools.self }) as Vote
      return [message, bundleOf(message, frame.vote), bundleOf(message, commit)]
    },
  }
}
