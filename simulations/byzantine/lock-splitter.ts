import type { PrePrepare, Vote } from '../../protocol/consensus/message.ts'
import { NO_VIEW } from '../../protocol/signables.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, isOwnProposal, isOwnVote, type Proposal, revote, withFrame } from './rewording.ts'

const TRUTH = 0.15

/**
 * Lets one member lock and keeps the others from it: its PREPARE goes to one victim of each view, the
 * others hear nil, and its COMMIT is always nil, so that the view ends. As a leader it leaves somebody
 * out, and proposes a prepared block as fresh to some and as prepared to the others.
 */
export function lockSplitter(tools: ActorTools): Actor {
  const victims = new Map<string, number>()

  function victimOf(vote: { readonly height: number; readonly view: number }): number {
    const place = `${vote.height}/${vote.view}`
    const victim = victims.get(place) ?? tools.random.below(tools.members)
    victims.set(place, victim)
    return victim
  }

  function rewriteVote(message: Outgoing, vote: Vote): Outgoing {
    const honest = vote.block === null || (vote.kind === 'prepare' && message.to === victimOf(vote))
    return honest ? message : withFrame(message, { kind: 'vote', vote: revote(tools, vote, null) })
  }

  function rewriteProposal(message: Outgoing, proposal: Proposal): readonly Outgoing[] {
    const { prePrepare } = proposal
    if (message.to === (victimOf(prePrepare) + 1) % tools.members) return []
    if (prePrepare.validView === NO_VIEW || tools.random.chance(0.5)) return [message]
    const { signature: _, ...draft } = prePrepare
    const fresh = tools.sign({ ...draft, validView: NO_VIEW }) as PrePrepare
    return [withFrame(message, { ...proposal, prePrepare: fresh, justification: [] })]
  }

  return {
    name: 'lock splitter',
    rewrite(message) {
      const frame = frameIn(message)
      if (tools.random.chance(TRUTH)) return [message]
      if (frame?.kind === 'bundle') return []
      if (isOwnProposal(tools, frame)) return rewriteProposal(message, frame)
      return [isOwnVote(tools, frame) ? rewriteVote(message, frame.vote) : message]
    },
  }
}
