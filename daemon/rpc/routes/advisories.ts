import {
  ADVISORY_PAGE_DEFAULT,
  AdvisoryAnswer,
  AdvisoryList,
  AdvisoryListQuery,
  ImpactAnswer,
} from '../../../protocol/api/advisories.ts'
import { ChainParams, RecordParams } from '../../../protocol/api/common.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { advisoryList, advisoryView } from '../../../protocol/queries/recalls/advisories.ts'
import { affectedBy } from '../../../protocol/queries/recalls/affected-software.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { fail, type ProblemError } from '../problem-error.ts'
import { ledgerOf, runQuery } from '../run-query.ts'

/** Warnings about software, and what they touch. */
export function advisoryRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/advisories',
    {
      schema: {
        params: ChainParams,
        querystring: AdvisoryListQuery,
        response: { 200: AdvisoryList },
      },
    },
    async ({ params, query }): Promise<AdvisoryList> => {
      const chain = chains.of(params.chain)
      const fresh = asOf(chain)
      const { after, limit = ADVISORY_PAGE_DEFAULT } = query
      const page = { limit, ...(after === undefined ? {} : { after }) }
      const list = await runQuery(chain, (ledger) => advisoryList(ledger, page))
      return { ...list, asOf: fresh }
    },
  )

  app.get(
    '/v1/chains/:chain/advisories/:id',
    { schema: { params: RecordParams, response: { 200: AdvisoryAnswer } } },
    ({ params }): AdvisoryAnswer => {
      const chain = chains.of(params.chain)
      const view = advisoryView(ledgerOf(chain), params.id)
      if (view === undefined) throw noAdvisory(params.id)
      return { ...view, asOf: asOf(chain) }
    },
  )

  app.get(
    '/v1/chains/:chain/advisories/:id/affected',
    { schema: { params: RecordParams, response: { 200: ImpactAnswer } } },
    async ({ params }): Promise<ImpactAnswer> => {
      const chain = chains.of(params.chain)
      const fresh = asOf(chain)
      const impact = await runQuery(chain, (ledger) => affectedBy(ledger, params.id))
      if (impact === undefined) throw noAdvisory(params.id)
      return { ...impact, asOf: fresh }
    },
  )
}

function noAdvisory(id: Digest): ProblemError {
  return fail('unknown-record', `${id} is no advisory on this chain`)
}
