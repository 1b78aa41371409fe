import { BlockAnswer, BlockParams } from '../../../protocol/api/blocks.ts'
import { isDigest } from '../../../protocol/digest.ts'
import { blockView } from '../../../protocol/queries/block-view.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { fail } from '../problem-error.ts'
import { ledgerOf } from '../run-query.ts'

export function blockRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/blocks/:block',
    { schema: { params: BlockParams, response: { 200: BlockAnswer } } },
    ({ params }): BlockAnswer => {
      const chain = chains.of(params.chain)
      const { block } = params
      const view = blockView(ledgerOf(chain), isDigest(block) ? block : Number(block))
      if (view === undefined) throw fail('unknown-block', `no block ${block} on this chain yet`)
      return { ...view, asOf: asOf(chain) }
    },
  )
}
