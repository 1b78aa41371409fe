import { EMPTY_BYTES } from '../../protocol/bytes.ts'
import type { Actor, ActorTools } from './actor.ts'
import { frameIn, isOwnProposal, withFrame } from './rewording.ts'

/** Proposes, but only some get the body; who asks for it later gets no answer, or a torn one. */
export function withheldBody(tools: ActorTools): Actor {
  return {
    name: 'withheld body',
    rewrite(message) {
      const frame = frameIn(message)
      if (isOwnProposal(tools, frame)) {
        const dice = tools.random.fraction()
        if (dice < 0.4) return [message]
        if (dice < 0.7) return []
        const body = tools.random.chance(0.5) ? EMPTY_BYTES : frame.body.slice(0, -1)
        return [withFrame(message, { ...frame, body })]
      }
      if (frame?.kind !== 'proposed-block') return [message]
      return tools.random.chance(0.5) ? [] : [withFrame(message, { ...frame, body: EMPTY_BYTES })]
    },
  }
}
