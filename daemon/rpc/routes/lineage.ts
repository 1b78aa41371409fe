import { RecordParams } from '../../../protocol/api/common.ts'
import { LineageAnswer, LineageQuery } from '../../../protocol/api/lineage.ts'
import { lineage } from '../../../protocol/queries/lineage.ts'
import type { App } from '../app.ts'
import type { Chains } from '../chains.ts'
import { asOf } from '../freshness.ts'
import { fail } from '../problem-error.ts'
import { ledgerOf, runQuery } from '../run-query.ts'

export function lineageRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/lineage/:id',
    {
      schema: { params: RecordParams, querystring: LineageQuery, response: { 200: LineageAnswer } },
    },
    async ({ params: { chain: name, id }, query }): Promise<LineageAnswer> => {
      const chain = chains.of(name)
      const graph = await runQuery(lineage(ledgerOf(chain), id, query.depth), chain.store)
      if (graph === undefined) {
        throw fail('unknown-artefact', `${id} registers no artefact on this chain`)
      }
      return { ...graph, asOf: asOf(chain) }
    },
  )
}
