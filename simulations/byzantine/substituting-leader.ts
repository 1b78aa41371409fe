import type { Digest } from '../../protocol/digest.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import type { Actor, ActorTools, MakeActor } from './actor.ts'
import {
  frameIn,
  isOwnProposal,
  isOwnVote,
  type Proposal,
  revote,
  rivalProposal,
  withFrame,
} from './rewording.ts'

/** Which records a lying leader puts into its blocks, out of those that it should. */
export type ChooseRecords = (records: readonly LedgerRecord[]) => readonly LedgerRecord[]

/** Proposes the same thing to everyone, but with records of its own choice: too few, or forbidden ones. */
export function substitutingLeader(choose: ChooseRecords): MakeActor {
  return (tools: ActorTools): Actor => {
    const substitutes = new Map<Digest, Proposal | undefined>()
    return {
      name: 'substituting leader',
      rewrite(message) {
        const frame = frameIn(message)
        if (isOwnProposal(tools, frame)) {
          const { block } = frame.prePrepare
          if (!substitutes.has(block))
            substitutes.set(block, rivalProposal(tools, frame, { choose }))
          const substitute = substitutes.get(block)
          return [substitute === undefined ? message : withFrame(message, substitute)]
        }
        if (!isOwnVote(tools, frame) || frame.vote.block === null) return [message]
        const substitute = substitutes.get(frame.vote.block)
        if (substitute === undefined) return [message]
        return [
          withFrame(message, {
            kind: 'vote',
            vote: revote(tools, frame.vote, substitute.prePrepare.block),
          }),
        ]
      },
    }
  }
}
