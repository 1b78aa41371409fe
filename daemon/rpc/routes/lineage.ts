import { RecordParams } from '../../../protocol/api/common.ts'
import {
  AffectedAnswer,
  AffectedQuery,
  DiffAnswer,
  DiffParams,
  LineageAnswer,
  LineageQuery,
  ParticipantsAnswer,
} from '../../../protocol/api/lineage.ts'
import { downstream } from '../../../protocol/queries/family/downstream.ts'
import { lineage } from '../../../protocol/queries/family/lineage.ts'
import { lineageDiff } from '../../../protocol/queries/family/lineage-diff.ts'
import { participants } from '../../../protocol/queries/family/participants.ts'
import type { Query } from '../../../protocol/queries/query.ts'
import type { LedgerView } from '../../../protocol/queries/read-record.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { asOf } from '../freshness.ts'
import { fail } from '../problem-error.ts'
import { runQuery } from '../run-query.ts'

export function lineageRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/lineage/:id',
    {
      schema: { params: RecordParams, querystring: LineageQuery, response: { 200: LineageAnswer } },
    },
    ({ params: { chain, id }, query }): Promise<LineageAnswer> => {
      const reach = {
        ...(query.depth === undefined ? {} : { up: query.depth }),
        ...(query.down === undefined ? {} : { down: query.down }),
      }
      return askAbout(chains, { chain, id }, (ledger) => lineage(ledger, id, reach))
    },
  )

  app.get(
    '/v1/chains/:chain/lineage/:id/affected',
    {
      schema: {
        params: RecordParams,
        querystring: AffectedQuery,
        response: { 200: AffectedAnswer },
      },
    },
    ({ params: { chain, id }, query }): Promise<AffectedAnswer> =>
      askAbout(chains, { chain, id }, (ledger) => downstream(ledger, id, query.limit)),
  )

  app.get(
    '/v1/chains/:chain/lineage/:id/participants',
    { schema: { params: RecordParams, response: { 200: ParticipantsAnswer } } },
    ({ params: { chain, id } }): Promise<ParticipantsAnswer> =>
      askAbout(chains, { chain, id }, (ledger) => participants(ledger, id)),
  )

  app.get(
    '/v1/chains/:chain/lineage/:id/diff/:other',
    { schema: { params: DiffParams, response: { 200: DiffAnswer } } },
    ({ params: { chain, id, other } }): Promise<DiffAnswer> =>
      askAbout(chains, { chain, id }, (ledger) => lineageDiff(ledger, id, other)),
  )
}

/** @throws ProblemError unknown-artefact */
async function askAbout<T extends object>(
  chains: Chains,
  { chain: name, id }: RecordParams,
  ask: (ledger: LedgerView) => Query<T | undefined>,
): Promise<T & { readonly asOf: ReturnType<typeof asOf> }> {
  const chain = chains.of(name)
  const fresh = asOf(chain)
  const answer = await runQuery(chain, ask)
  if (answer === undefined)
    throw fail('unknown-artefact', `${id} registers no artefact on this chain`)
  return { ...answer, asOf: fresh }
}
