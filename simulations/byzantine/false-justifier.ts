import type { PrePrepare } from '../../protocol/consensus/message.ts'
import { NO_VIEW } from '../../protocol/signables.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, isOwnProposal, type Proposal, withFrame } from './rewording.ts'

/**
 * Lies about the view in which its proposal was prepared: claims a polka that nobody has, or proposes
 * a prepared block as fresh to some and as prepared to the others, so that their PREPAREs differ.
 */
export function falseJustifier(tools: ActorTools): Actor {
  function claim(proposal: Proposal, validView: number): Proposal {
    const { signature: _, ...draft } = proposal.prePrepare
    const prePrepare = tools.sign({ ...draft, validView }) as PrePrepare
    return {
      ...proposal,
      prePrepare,
      justification: validView === NO_VIEW ? [] : proposal.justification,
    }
  }

  function rewriteProposal(message: Outgoing, proposal: Proposal): Outgoing {
    const { view, validView } = proposal.prePrepare
    if (view === 0 || tools.random.chance(0.3)) return message
    const claimed = validView === NO_VIEW ? tools.random.below(view) : NO_VIEW
    return withFrame(message, claim(proposal, claimed))
  }

  return {
    name: 'false justifier',
    rewrite(message) {
      const frame = frameIn(message)
      return [isOwnProposal(tools, frame) ? rewriteProposal(message, frame) : message]
    },
  }
}
