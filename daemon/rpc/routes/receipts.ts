import { RecordParams } from '../../../protocol/api/common.ts'
import { ReceiptQuery } from '../../../protocol/api/receipts.ts'
import { receiptQuery } from '../../../protocol/receipts/build-receipt.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { refused } from '../problem-error.ts'
import { runQuery } from '../run-query.ts'

export function receiptRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/receipts/:id',
    { schema: { params: RecordParams, querystring: ReceiptQuery } },
    async ({ params, query }, reply) => {
      const chain = chains.of(params.chain)
      const { ancestors = true, full = false } = query
      const receipt = await runQuery(chain, ({ reader, genesis }) =>
        receiptQuery(reader, params.id, { genesis, ancestors, full }),
      )
      if (isRejection(receipt)) throw refused(receipt)
      return reply.type('application/octet-stream').send(Buffer.from(receipt))
    },
  )
}
