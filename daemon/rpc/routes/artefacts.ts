import {
  ARTEFACT_PAGE_DEFAULT,
  ArtefactAnswer,
  ArtefactList,
  ArtefactListQuery,
} from '../../../protocol/api/artefacts.ts'
import { ChainParams, RecordParams } from '../../../protocol/api/common.ts'
import { PhasesAnswer, StoryAnswer } from '../../../protocol/api/story.ts'
import { artefactList } from '../../../protocol/queries/artefact-list.ts'
import { phases, story } from '../../../protocol/queries/family/story.ts'
import type { Chains } from '../chains.ts'
import type { App } from '../fastify-app.ts'
import { findArtefact } from '../find-artefact.ts'
import { asOf } from '../freshness.ts'
import { fail } from '../problem-error.ts'
import { runQuery } from '../run-query.ts'

export function artefactRoutes(app: App, chains: Chains): void {
  app.get(
    '/v1/chains/:chain/artefacts',
    {
      schema: {
        params: ChainParams,
        querystring: ArtefactListQuery,
        response: { 200: ArtefactList },
      },
    },
    async ({ params, query }): Promise<ArtefactList> => {
      const chain = chains.of(params.chain)
      const { after, limit = ARTEFACT_PAGE_DEFAULT } = query
      const page = { limit, ...(after === undefined ? {} : { after }) }
      const list = await runQuery(chain, (ledger) => artefactList(ledger, page))
      return { ...list, asOf: asOf(chain) }
    },
  )

  app.get(
    '/v1/chains/:chain/artefacts/:id',
    { schema: { params: RecordParams, response: { 200: ArtefactAnswer } } },
    async ({ params }): Promise<ArtefactAnswer> => {
      const chain = chains.of(params.chain)
      return { ...(await findArtefact(chain, params.id)), asOf: asOf(chain) }
    },
  )

  app.get(
    '/v1/chains/:chain/artefacts/:id/story',
    { schema: { params: RecordParams, response: { 200: StoryAnswer } } },
    async ({ params: { chain: name, id } }): Promise<StoryAnswer> => {
      const chain = chains.of(name)
      const fresh = asOf(chain)
      const told = await runQuery(chain, (ledger) => story(ledger, id))
      if (told === undefined)
        throw fail('unknown-artefact', `${id} registers no artefact on this chain`)
      return { ...told, asOf: fresh }
    },
  )

  app.get(
    '/v1/chains/:chain/artefacts/:id/phases',
    { schema: { params: RecordParams, response: { 200: PhasesAnswer } } },
    async ({ params: { chain: name, id } }): Promise<PhasesAnswer> => {
      const chain = chains.of(name)
      const fresh = asOf(chain)
      const told = await runQuery(chain, (ledger) => phases(ledger, id))
      if (told === undefined)
        throw fail('unknown-artefact', `${id} registers no artefact on this chain`)
      return { ...told, asOf: fresh }
    },
  )
}
