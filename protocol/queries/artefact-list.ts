import type { ArtefactView } from '../api/artefacts.ts'
import { assert } from '../assert.ts'
import { PREFIXES } from '../storage-keys.ts'
import { artefactView } from './artefact-view.ts'
import type { Query } from './query.ts'
import { type LedgerView, storedId } from './read-record.ts'

export interface Page {
  /** `next` of the page before. */
  readonly after?: string
  readonly limit: number
}

export interface ArtefactPage {
  readonly artefacts: ArtefactView[]
  /** There may be more behind this one. */
  readonly next?: string
}

/** One page of all artefacts, in order of registration. */
export function* artefactList(ledger: LedgerView, page: Page): Query<ArtefactPage> {
  const prefix = PREFIXES.artefactOrder
  const entries = yield {
    prefix,
    limit: page.limit,
    ...(page.after === undefined ? {} : { after: prefix + page.after }),
  }
  const artefacts: ArtefactView[] = []
  for (const { value } of entries) {
    const view = yield* artefactView(ledger, storedId(value))
    assert(view !== undefined, 'the order of artefacts names artefacts')
    artefacts.push(view)
  }
  const last = entries.at(-1)
  return last === undefined || entries.length < page.limit
    ? { artefacts }
    : { artefacts, next: last.key.slice(prefix.length) }
}
