import type { ConsensusMessage, Draft, Vote } from '../../protocol/consensus/message.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { WireMessage } from '../../protocol/wire/message.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn, isOwnProposal, isOwnVote, withFrame } from './rewording.ts'

const KEPT_FRAMES_MAX = 200
const MUTATE = 0.3
const REPLAY = 0.15
const FLIP = 0.05

/**
 * Small lies about true things (after ByzzFuzz): a number off by one, the block of another time, nil
 * for a block. And old messages, its own and the others', said again to whoever.
 */
export function mutatingRelay(tools: ActorTools): Actor {
  const kept: Uint8Array[] = []
  const blocks: Digest[] = []

  function mutated(message: ConsensusMessage): ConsensusMessage {
    const { signature: _, ...draft } = message
    const changed = mutateDraft(tools, draft as Draft, blocks)
    return legal(changed) ? tools.sign(changed) : message
  }

  function rewriteFrame(message: Outgoing, frame: WireMessage | undefined): Outgoing {
    if (isOwnVote(tools, frame)) {
      if (frame.vote.block !== null) blocks.push(frame.vote.block)
      return withFrame(message, { kind: 'vote', vote: mutated(frame.vote) as Vote })
    }
    if (isOwnProposal(tools, frame)) {
      const prePrepare = mutated(frame.prePrepare)
      if (prePrepare.kind === 'pre-prepare') return withFrame(message, { ...frame, prePrepare })
    }
    return message
  }

  return {
    name: 'mutating relay',
    hears(_from, channel, bytes) {
      if (channel === 'direct' && kept.length < KEPT_FRAMES_MAX) kept.push(bytes)
      return true
    },
    rewrite(message) {
      const { random } = tools
      const sent: Outgoing[] = []
      sent.push(random.chance(MUTATE) ? rewriteFrame(message, frameIn(message)) : message)
      if (kept.length > 0 && random.chance(REPLAY)) {
        const at = random.below(kept.length)
        sent.push({ ...message, channel: 'direct', bytes: kept[at] as Uint8Array })
        kept.splice(at, random.chance(0.5) ? 1 : 0)
      }
      if (random.chance(FLIP)) sent.push({ ...message, bytes: flipped(tools, message.bytes) })
      return sent
    },
  }
}

function mutateDraft(tools: ActorTools, draft: Draft, blocks: readonly Digest[]): Draft {
  const { random } = tools
  const step = random.pick([-1, 1])
  switch (random.below(4)) {
    case 0:
      return { ...draft, height: draft.height + step }
    case 1:
      return { ...draft, view: draft.view + step }
    case 2:
      return draft.kind === 'commit' ? draft : { ...draft, validView: draft.validView + step }
    default: {
      const choices = draft.kind === 'pre-prepare' ? blocks : [null, ...blocks.slice(-3)]
      return choices.length === 0 ? draft : ({ ...draft, block: random.pick(choices) } as Draft)
    }
  }
}

/** What the wire can carry at all. */
function legal(draft: Draft): boolean {
  const validView = draft.kind === 'commit' ? -1 : draft.validView
  const justified =
    validView >= -1 && validView < draft.view && (draft.block !== null || validView === -1)
  return draft.height > 0 && draft.view >= 0 && justified
}

function flipped(tools: ActorTools, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  const at = tools.random.below(copy.length)
  copy[at] = (copy[at] ?? 0) ^ (1 << tools.random.below(8))
  return copy
}
