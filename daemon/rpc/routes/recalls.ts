import { ChainParams, RecordParams } from '../../../protocol/api/common.ts'
import {
  FlagsAnswer,
  FlagsQuery,
  RECALL_PAGE_DEFAULT,
  RecallAnswer,
  RecallList,
  RecallListQuery,
} from '../../../protocol/api/recalls.ts'
import { flagsOf } from '../../../protocol/queries/recalls/flags.ts'
import { recallList, recallView } from '../../../protocol/queries/recalls/recalls.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { fail } from '../problem-error.ts'
import { ledgerOf, runQuery } from '../run-query.ts'

/** Recalls and lifts, and whatever else hangs over an artefact. */
export function recallRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/recalls',
    {
      schema: { params: ChainParams, querystring: RecallListQuery, response: { 200: RecallList } },
    },
    async ({ params, query }): Promise<RecallList> => {
      const chain = chains.of(params.chain)
      const fresh = asOf(chain)
      const { after, limit = RECALL_PAGE_DEFAULT, current = false } = query
      const page = { limit, ...(after === undefined ? {} : { after }) }
      const list = await runQuery(chain, (ledger) => recallList(ledger, page, current))
      return { ...list, asOf: fresh }
    },
  )

  app.get(
    '/v1/chains/:chain/recalls/:id',
    { schema: { params: RecordParams, response: { 200: RecallAnswer } } },
    ({ params }): RecallAnswer => {
      const chain = chains.of(params.chain)
      const view = recallView(ledgerOf(chain), params.id)
      if (view === undefined)
        throw fail('unknown-record', `${params.id} is no recall on this chain`)
      return { ...view, asOf: asOf(chain) }
    },
  )

  app.get(
    '/v1/chains/:chain/artefacts/:id/flags',
    {
      schema: {
        params: RecordParams,
        querystring: FlagsQuery,
        response: { 200: FlagsAnswer },
      },
    },
    async ({ params, query }): Promise<FlagsAnswer> => {
      const chain = chains.of(params.chain)
      const fresh = asOf(chain)
      const from = query.from?.split(',')
      const flags = await runQuery(chain, (ledger) => flagsOf(ledger, params.id, from))
      if (flags === undefined) {
        throw fail('unknown-artefact', `${params.id} registers no artefact on this chain`)
      }
      return { ...flags, asOf: fresh }
    },
  )
}
