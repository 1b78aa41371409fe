import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, type Proposal, rivalProposal, withFrame } from './rewording.ts'

const USURP = 0.6

/** Proposes out of turn: as soon as somebody else's proposal arrives, everyone gets one of its own for the same view. */
export function usurper(tools: ActorTools): Actor {
  function usurp(proposal: Proposal): void {
    const stolen = { ...proposal, prePrepare: { ...proposal.prePrepare, member: tools.self } }
    const rival = rivalProposal(tools, stolen)
    if (rival === undefined) return
    for (let to = 0; to < tools.members; to++) {
      const message = { to, channel: 'direct', bytes: new Uint8Array(), delayMs: 0 } as const
      if (to !== tools.self) tools.send(withFrame(message, rival))
    }
  }

  return {
    name: 'usurper',
    hears(_from, channel, bytes) {
      const message: Outgoing = { to: tools.self, channel, bytes, delayMs: 0 }
      const frame = frameIn(message)
      const others = frame?.kind === 'proposal' && frame.prePrepare.member !== tools.self
      if (others && tools.random.chance(USURP)) usurp(frame)
      return true
    },
    rewrite: (message) => [message],
  }
}
