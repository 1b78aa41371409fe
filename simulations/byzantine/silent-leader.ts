import type { Actor, ActorTools } from './actor.ts'
import { frameIn, isOwnProposal } from './rewording.ts'

/** Votes like everyone else but never proposes, and forwards nobody's records. */
export function silentLeader(tools: ActorTools): Actor {
  return {
    name: 'silent leader',
    rewrite(message) {
      const frame = frameIn(message)
      const withheld = isOwnProposal(tools, frame) || frame?.kind === 'records'
      return withheld || message.channel === 'gossip' ? [] : [message]
    },
  }
}
