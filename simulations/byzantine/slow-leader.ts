import type { Actor, ActorTools } from './actor.ts'
import { frameIn } from './rewording.ts'

const DELAY_MIN_MS = 300
const DELAY_MAX_MS = 2_500

/** Says everything, but just before or just after the others' patience ends. */
export function slowLeader(tools: ActorTools): Actor {
  return {
    name: 'slow leader',
    rewrite(message) {
      const kind = frameIn(message)?.kind
      if (kind !== 'proposal' && kind !== 'vote') return [message]
      return [{ ...message, delayMs: tools.random.between(DELAY_MIN_MS, DELAY_MAX_MS) }]
    },
  }
}
