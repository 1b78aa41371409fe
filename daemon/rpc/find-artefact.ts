import type { ArtefactView } from '../../protocol/api/artefacts.ts'
import type { Digest } from '../../protocol/digest.ts'
import { artefactView } from '../../protocol/queries/artefact-view.ts'
import type { ChainContext } from './chains.ts'
import { fail } from './problem-error.ts'
import { runQuery } from './run-query.ts'

/** @throws ProblemError unknown-artefact */
export async function findArtefact(chain: ChainContext, id: Digest): Promise<ArtefactView> {
  const view = await runQuery(chain, (ledger) => artefactView(ledger, id))
  if (view === undefined)
    throw fail('unknown-artefact', `${id} registers no artefact on this chain`)
  return view
}
