import { ContentParams, RegistrationsAnswer } from '../../../protocol/api/registrations.ts'
import { registrationsOf } from '../../../protocol/queries/same-content.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { runQuery } from '../run-query.ts'

/** Who was first with some content. */
export function registrationRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/contents/:digest/registrations',
    { schema: { params: ContentParams, response: { 200: RegistrationsAnswer } } },
    async ({ params }): Promise<RegistrationsAnswer> => {
      const chain = chains.of(params.chain)
      const fresh = asOf(chain)
      const found = await runQuery(chain, (ledger) => registrationsOf(ledger, params.digest))
      return { ...found, asOf: fresh }
    },
  )
}
