import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, isOwnProposal, type Proposal, rivalProposal, withFrame } from './rewording.ts'

/** Beyond what clocks may differ by, and short enough that most records do not expire of it. */
const AHEAD_MS = 7_000

/** A leader whose blocks are of the future, the same for everyone, and true in all else. */
export function clockLiar(tools: ActorTools): Actor {
  /** By view of the true proposal's height. */
  const told = new Map<string, Proposal | undefined>()

  function ofTheFuture(proposal: Proposal): Proposal | undefined {
    const { height, view, validView } = proposal.prePrepare
    if (validView >= 0) return undefined
    const key = `${height}/${view}`
    if (!told.has(key)) {
      const all = { choose: <T>(records: readonly T[]) => records, laterMs: AHEAD_MS }
      told.set(key, rivalProposal(tools, proposal, all))
    }
    return told.get(key)
  }

  return {
    name: 'clock liar',
    rewrite: (message: Outgoing) => {
      const frame = frameIn(message)
      const rival = isOwnProposal(tools, frame) ? ofTheFuture(frame) : undefined
      return [rival === undefined ? message : withFrame(message, rival)]
    },
  }
}
