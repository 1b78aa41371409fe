import type { RpcDeps } from '../deps.ts'
import type { App } from '../fastify-app.ts'

/** What machines read about this API and its node. */
export function metricsRoutes(app: App, { metrics }: RpcDeps): void {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.render()),
  )

  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  )
}
