import swagger from '@fastify/swagger'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyError } from 'fastify'
import { PROBLEM_MEDIA_TYPE, problem } from '../../protocol/api/problem.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { createChains } from './chains.ts'
import type { RpcDeps } from './deps.ts'
import type { App } from './fastify-app.ts'
import {
  CONNECTIONS_MAX,
  HEADER_BYTES_MAX,
  HEADERS_MS_MAX,
  JSON_BODY_BYTES_MAX,
  KEEP_ALIVE_MS,
  QUIET_MS_MAX,
} from './limits.ts'
import { problemOf } from './problem-error.ts'
import { advisoryRoutes } from './routes/advisories.ts'
import { artefactRoutes } from './routes/artefacts.ts'
import { blobRoutes } from './routes/blobs.ts'
import { blockRoutes } from './routes/blocks.ts'
import { contentRoutes } from './routes/content.ts'
import { eventRoutes } from './routes/events.ts'
import { lineageRoutes } from './routes/lineage.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { recallRoutes } from './routes/recalls.ts'
import { receiptRoutes } from './routes/receipts.ts'
import { recordRoutes } from './routes/records.ts'
import { registrationRoutes } from './routes/registrations.ts'
import { statusRoutes } from './routes/status.ts'

/**
 * The local API without an address: routes, schemas, limits, errors.
 *
 * @param guard adds hooks that every route must pass: before the routes, or some would escape it
 */
export async function createApp(deps: RpcDeps, guard?: (app: App) => void): Promise<App> {
  const app = bareApp()
  guard?.(app)
  const chains = createChains(deps.chains)
  app.addHook('onClose', async () => chains.close())
  answerErrors(app, deps)
  measureRequests(app, deps)
  await app.register(swagger, { openapi: { info: description(deps) } })
  statusRoutes(app, deps, chains)
  await app.register(async (scope) => recordRoutes(scope, deps, chains))
  artefactRoutes(app, chains)
  contentRoutes(app, deps, chains)
  lineageRoutes(app, chains)
  blockRoutes(app, chains)
  receiptRoutes(app, chains)
  registrationRoutes(app, chains)
  recallRoutes(app, chains)
  advisoryRoutes(app, chains)
  eventRoutes(app, chains)
  await app.register(async (scope) => blobRoutes(scope, deps))
  metricsRoutes(app, deps)
  return app
}

function bareApp(): App {
  const app: App = Fastify({
    logger: false,
    bodyLimit: JSON_BODY_BYTES_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: QUIET_MS_MAX,
    // A blob may take hours; silence and slow headers are cut off separately.
    requestTimeout: 0,
    forceCloseConnections: true,
    http: { headersTimeout: HEADERS_MS_MAX, maxHeaderSize: HEADER_BYTES_MAX },
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = CONNECTIONS_MAX
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  // Answers are typed by their schemas where they are made, and serialised as they are.
  app.setSerializerCompiler(() => JSON.stringify)
  app.removeContentTypeParser('text/plain')
  return app
}

function description({ version, organisation }: RpcDeps) {
  const text = `The local API of the node of ${organisation}. Errors are RFC 9457 problem details.`
  return { title: 'Pedigree', version, description: text }
}

function answerErrors(app: App, { log }: RpcDeps): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = problemOf(error)
    const route = request.routeOptions.url
    if (answer.code === 'internal-error') log.error({ err: error, route }, 'a request failed')
    else if (answer.status >= 500) log.warn({ err: error, route }, 'a request could not be served')
    return reply.code(answer.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(answer))
  })
  app.setNotFoundHandler((request, reply) => {
    const answer = problem('unknown-path', `${request.method} ${request.url.slice(0, 200)}`)
    return reply.code(answer.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(answer))
  })
}

function measureRequests(app: App, { metrics }: RpcDeps): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.rpcRequest(route, reply.statusCode, reply.elapsedTime / 1_000)
  })
}
