import type { Vote } from '../../protocol/consensus/message.ts'
import { readHeight } from '../../protocol/replica/ledger.ts'
import { encodeWireMessage } from '../../protocol/wire/message-codec.ts'
import { packGossip } from '../gossip.ts'
import { personOf } from '../invented-network.ts'
import { signDataset } from '../records.ts'
import { HASHED } from '../signatures.ts'
import type { Actor, ActorTools, Outgoing } from './actor.ts'
import { frameIn } from './rewording.ts'

const SPAM = 0.5
const FAR = 1_000_000
const NOISE_BYTES = 300

/** Says what it should, and beside it fills every queue that it can reach. */
export function spammer(tools: ActorTools): Actor {
  let serial = 0

  function noise(to: number): Outgoing {
    const { random } = tools
    const direct = (bytes: Uint8Array): Outgoing => ({ to, channel: 'direct', bytes, delayMs: 0 })
    switch (random.below(5)) {
      case 0:
        return direct(random.bytes(random.integer(0, NOISE_BYTES)))
      case 1:
        return direct(
          encodeWireMessage({ kind: 'get-blocks', from: 1, to: Number.MAX_SAFE_INTEGER }),
        )
      case 2:
        return direct(encodeWireMessage({ kind: 'vote', vote: farVote(tools) }))
      case 3:
        return direct(
          encodeWireMessage({ kind: 'records', envelopes: [strangersRecord(tools, serial++)] }),
        )
      default: {
        const bytes = random.bytes(random.integer(0, NOISE_BYTES))
        return {
          to,
          channel: 'gossip',
          bytes: packGossip({ topic: random.pick(['records', 'blocks']), bytes }),
          delayMs: 0,
        }
      }
    }
  }

  return {
    name: 'spammer',
    rewrite(message) {
      const spams = frameIn(message) !== undefined && tools.random.chance(SPAM)
      return spams ? [message, noise(message.to), noise(message.to)] : [message]
    },
  }
}

function farVote(tools: ActorTools): Vote {
  const { random, self } = tools
  const next = readHeight(tools.reader) + 1
  const height = random.pick([next, next, random.integer(1, FAR)])
  const view = random.below(random.pick([10, FAR]))
  return tools.sign({ kind: 'commit', height, view, block: null, member: self }) as Vote
}

function strangersRecord({ genesis }: ActorTools, serial: number): Uint8Array {
  const author = personOf('nobody', 'person')
  const signing = {
    chain: genesis.chain,
    scheme: HASHED,
    author,
    nonce: serial + 1,
    expires: 1_900_000_000_000,
  }
  return signDataset(signing, `spam-${serial}`).envelope
}
