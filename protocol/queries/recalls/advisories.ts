import type { AdvisoryView } from '../../api/advisories.ts'
import type { AnswerView } from '../../api/recalls.ts'
import { assert } from '../../assert.ts'
import type { Digest } from '../../digest.ts'
import { readAdvisory } from '../../rules/advisory-rules.ts'
import { PREFIXES, storageKey } from '../../storage-keys.ts'
import type { Page } from '../artefact-list.ts'
import { PAUSE, type Query } from '../query.ts'
import { type LedgerView, readCommitted, stateView, storedId } from '../read-record.ts'

/** @returns undefined for an id that is no advisory on the ledger */
export function advisoryView(ledger: LedgerView, id: Digest): AdvisoryView | undefined {
  const found = readCommitted(ledger, id)
  if (found?.record.type !== 'advisory') return undefined
  const withdrawn = withdrawalOf(ledger, id)
  const { advisory, aliases, summary, packages, severity, url } = found.record.statement.predicate
  return {
    record: id,
    advisory,
    ...(aliases === undefined ? {} : { aliases: [...aliases] }),
    summary,
    packages: packages.map(({ purl, versions, ranges }) => ({
      purl,
      ...(versions === undefined ? {} : { versions: [...versions] }),
      ...(ranges === undefined ? {} : { ranges: [...ranges] }),
    })),
    ...(severity === undefined ? {} : { severity }),
    ...(url === undefined ? {} : { url }),
    organisation: found.author.organisation,
    signer: found.author.name,
    height: found.position.height,
    timeMs: found.position.timeMs,
    ...(withdrawn === undefined ? {} : { withdrawn }),
  }
}

/** @returns undefined for one that still warns */
function withdrawalOf(ledger: LedgerView, id: Digest): AdvisoryView['withdrawn'] {
  const state = readAdvisory(stateView(ledger.reader), id)
  assert(state !== undefined, 'a committed advisory is in the state')
  if (state.withdrawnBy === undefined) return undefined
  const found = readCommitted(ledger, state.withdrawnBy)
  assert(found?.record.type === 'withdrawal', 'a withdrawal in the state is on the ledger')
  const { organisation, name: signer } = found.author
  const { height, timeMs } = found.position
  const { reason } = found.record.statement.predicate
  return { record: found.record.id, reason, organisation, signer, height, timeMs }
}

export interface AdvisoryPage {
  readonly advisories: AdvisoryView[]
  /** There may be more behind this one. */
  readonly next?: string
}

/** One page of all advisories, in the order of the ledger. */
export function* advisoryList(ledger: LedgerView, page: Page): Query<AdvisoryPage> {
  const prefix = PREFIXES.advisoryOrder
  const after = page.after === undefined ? {} : { after: prefix + page.after }
  const entries = yield { prefix, limit: page.limit, ...after }
  const advisories: AdvisoryView[] = []
  for (const { value } of entries) {
    yield PAUSE
    const view = advisoryView(ledger, storedId(value))
    assert(view !== undefined, 'the order of advisories names advisories')
    advisories.push(view)
  }
  const last = entries.at(-1)
  return last === undefined || entries.length < page.limit
    ? { advisories }
    : { advisories, next: last.key.slice(prefix.length) }
}

/** The latest that the owner of an artefact said to a recall or an advisory. */
export function answerOf(
  ledger: LedgerView,
  artefact: Digest,
  about: Digest,
): AnswerView | undefined {
  const stored = ledger.reader.get(storageKey.answer(artefact, about))
  if (stored === undefined) return undefined
  const found = readCommitted(ledger, storedId(stored))
  assert(found?.record.type === 'status', 'an answer that the index names is on the ledger')
  const { status, reason } = found.record.statement.predicate
  const { organisation, name: signer } = found.author
  const { height } = found.position
  return { record: found.record.id, artefact, status, reason, organisation, signer, height }
}
