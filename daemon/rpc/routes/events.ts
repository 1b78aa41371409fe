import type { ServerResponse } from 'node:http'
import { ChainParams } from '../../../protocol/api/common.ts'
import type { ChainEvent } from '../../../protocol/api/events.ts'
import type { ChainEvent as HappenedEvent } from '../../driver/chain-events.ts'
import { consequences, eventView } from '../chain-event-view.ts'
import type { ChainContext, Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { EVENT_CLIENTS_MAX, EVENT_HEARTBEAT_MS, EVENT_QUEUE_BYTES_MAX } from '../limits.ts'
import { createPlaces } from '../places.ts'

/** Server-sent events. */
export function eventRoutes(app: App, chains: Chains): void {
  const places = createPlaces(EVENT_CLIENTS_MAX, 'event streams')
  app.get(
    '/v1/chains/:chain/events',
    { schema: { params: ChainParams } },
    async ({ params }, reply) => {
      const chain = chains.of(params.chain)
      const leave = places.enter()
      reply.raw.once('close', leave)
      reply.hijack()
      streamEvents(chain, reply.raw)
    },
  )
}

function streamEvents(chain: ChainContext, client: ServerResponse): void {
  client.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  client.write(': from here on\n\n')
  const send = (text: string) => {
    if (client.destroyed) return
    // Who does not keep up is cut off: a gap in the stream would go unnoticed.
    if (client.writableLength > EVENT_QUEUE_BYTES_MAX) client.destroy()
    else client.write(text)
  }
  const tellConsequences = async (event: HappenedEvent) => {
    for (const view of await consequences(event, chain)) send(textOf(view))
  }
  // One after the other, lest a recall be told after its end.
  let told = Promise.resolve()
  const stop = chain.driver.listen((event) => {
    send(textOf(eventView(event, chain)))
    told = told.then(() => tellConsequences(event)).catch(() => void client.destroy())
  })
  const heartbeat = setInterval(() => send(':\n\n'), EVENT_HEARTBEAT_MS)
  client.once('close', () => {
    clearInterval(heartbeat)
    stop()
  })
}

function textOf(view: ChainEvent): string {
  return `event: ${view.kind}\ndata: ${JSON.stringify(view)}\n\n`
}
