import type { ArtefactAnswer } from '../../protocol/api/artefacts.ts'
import type { Session } from '../session.ts'

const PAGES_MAX = 20
const PAGE = 500

export type ArtefactListed = Omit<ArtefactAnswer, 'asOf'>

export interface ListedArtefacts {
  /** In the order of registration. */
  readonly artefacts: readonly ArtefactListed[]
  /** False where there are more than so many pages. */
  readonly complete: boolean
}

/** What is on the ledger, from the beginning, within a bound. */
export async function listArtefacts({ chain }: Pick<Session, 'chain'>): Promise<ListedArtefacts> {
  const artefacts: ArtefactListed[] = []
  let after: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const cursor = after === undefined ? {} : { after }
    const answer = await chain.artefacts({ limit: PAGE, ...cursor })
    artefacts.push(...answer.artefacts)
    after = answer.next
    if (after === undefined) return { artefacts, complete: true }
  }
  return { artefacts, complete: false }
}
