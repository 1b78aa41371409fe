import { blockIdOf, decodeHeader, encodeHeader, type Header } from '../../protocol/chain/header.ts'
import type { PrePrepare } from '../../protocol/consensus/message.ts'
import { type Digest, domainDigest } from '../../protocol/digest.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { Actor, ActorTools } from './actor.ts'
import {
  frameIn,
  isOwnProposal,
  isOwnVote,
  type Proposal,
  revote,
  rivalProposal,
  withFrame,
} from './rewording.ts'

const LIE = 0.6
const TIME_LIE_MS = 3_600_000

/** Proposes blocks whose headers lie: about the state, the log, the time or the parent. */
export function falseAccountant(tools: ActorTools): Actor {
  const lies = new Map<Digest, Proposal | undefined>()

  function falsified(proposal: Proposal): Proposal | undefined {
    const header = decodeHeader(proposal.header)
    if (isRejection(header) || !tools.random.chance(LIE)) return undefined
    if (tools.random.chance(0.3))
      return rivalProposal(tools, proposal, { laterMs: tools.random.pick([-1, 1]) * TIME_LIE_MS })
    const headerBytes = encodeHeader(falseHeader(tools, header))
    const { signature: _, ...draft } = proposal.prePrepare
    const prePrepare = tools.sign({ ...draft, block: blockIdOf(headerBytes) }) as PrePrepare
    return { ...proposal, prePrepare, header: headerBytes }
  }

  return {
    name: 'false accountant',
    rewrite(message) {
      const frame = frameIn(message)
      if (isOwnProposal(tools, frame)) {
        const { block } = frame.prePrepare
        if (!lies.has(block)) lies.set(block, falsified(frame))
        const lie = lies.get(block)
        return [lie === undefined ? message : withFrame(message, lie)]
      }
      if (!isOwnVote(tools, frame) || frame.vote.block === null) return [message]
      const lie = lies.get(frame.vote.block)
      if (lie === undefined) return [message]
      return [
        withFrame(message, { kind: 'vote', vote: revote(tools, frame.vote, lie.prePrepare.block) }),
      ]
    },
  }
}

function falseHeader({ random }: ActorTools, header: Header): Header {
  const wrong = domainDigest('a lie', Uint8Array.of(random.below(256)))
  return random.pick<Header>([
    { ...header, stateRoot: wrong },
    { ...header, logRoot: wrong },
    { ...header, parent: wrong },
  ])
}
