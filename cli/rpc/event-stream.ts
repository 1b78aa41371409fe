import { Value } from 'typebox/value'
import { ChainEvent } from '../../protocol/api/events.ts'
import { cliError } from '../cli-error.ts'
import { connectionError } from './http-exchange.ts'
import type { ChainClient } from './rpc-client.ts'

/** Several heartbeats of the node. */
const QUIET_MS_MAX = 60_000
const MESSAGE_CHARS_MAX = 4_194_304

/**
 * What happens on a chain from now on. Kinds of event that this version does not know are passed over.
 *
 * @throws CliError `node-lost` when the node ends it, which it also does to a reader that is too slow
 */
export async function* chainEvents(chain: ChainClient): AsyncGenerator<ChainEvent, never> {
  const stream = await chain.events(QUIET_MS_MAX)
  stream.setEncoding('utf8')
  let text = ''
  try {
    for await (const part of stream) {
      text += String(part)
      const messages = text.split('\n\n')
      text = messages.pop() ?? ''
      if (text.length > MESSAGE_CHARS_MAX) throw cliError('bad-answer', 'an event without an end')
      for (const message of messages) {
        const event = parseMessage(message)
        if (event !== undefined) yield event
      }
    }
  } catch (error) {
    throw connectionError(chain.rpc.socket, error)
  }
  throw cliError('node-lost', 'the node ended the events', {
    hint: 'begin again; pedigree recalls shows what came into force meanwhile',
  })
}

function parseMessage(message: string): ChainEvent | undefined {
  const [, data] = /^data: (.*)$/m.exec(message) ?? []
  if (data === undefined) return undefined
  try {
    const event: unknown = JSON.parse(data)
    return Value.Check(ChainEvent, event) ? (event as ChainEvent) : undefined
  } catch {
    throw cliError('bad-answer', 'an event of the node is not JSON')
  }
}
