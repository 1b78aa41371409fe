import type { Digest } from '../../protocol/digest.ts'
import type { Actor, ActorTools } from './actor.ts'
import { frameIn, isOwnVote, revote, withFrame } from './rewording.ts'

/** Says one thing to some and another to the rest, and sometimes both to one. */
export function doubleVoter(tools: ActorTools): Actor {
  const blocks: Digest[] = []
  return {
    name: 'double voter',
    rewrite(message) {
      const frame = frameIn(message)
      if (frame?.kind === 'proposal') blocks.push(frame.prePrepare.block)
      if (!isOwnVote(tools, frame)) return [message]
      const { vote } = frame
      if (vote.block !== null) blocks.push(vote.block)
      const choices = [null, ...blocks.slice(-3)].filter((block) => block !== vote.block)
      if (choices.length === 0 || tools.random.chance(0.3)) return [message]
      const lie = withFrame(message, {
        kind: 'vote',
        vote: revote(tools, vote, tools.random.pick(choices)),
      })
      return tools.random.chance(0.5) ? [lie] : [message, lie]
    },
  }
}
