import type { RecallView } from '../../api/recalls.ts'
import { assert } from '../../assert.ts'
import { quorum } from '../../chain/committee.ts'
import type { Digest } from '../../digest.ts'
import { type ProposalState, readProposal } from '../../rules/recall-rules.ts'
import { PREFIXES } from '../../storage-keys.ts'
import type { Page } from '../artefact-list.ts'
import { mustReadState } from '../family/family.ts'
import { nameOf } from '../family/named-artefact.ts'
import { PAUSE, type Query } from '../query.ts'
import { type LedgerView, readCommitted, stateView, storedId } from '../read-record.ts'

/** @returns undefined for an id that is no recall and no lift on the ledger */
export function recallView(ledger: LedgerView, id: Digest): RecallView | undefined {
  const found = readCommitted(ledger, id)
  if (found?.record.type !== 'recall') return undefined
  const proposal = readProposal(stateView(ledger.reader), id)
  assert(proposal !== undefined, 'a committed recall is in the state')
  const { artefact: about, action, reason } = found.record.statement.predicate
  const { recall } = mustReadState(ledger, about)
  const isInForce = recall?.record === id
  const committee = ledger.genesis.committee.members.length
  return {
    record: id,
    artefact: nameOf(ledger, about),
    action,
    reason,
    organisation: found.author.organisation,
    signer: found.author.name,
    height: found.position.height,
    timeMs: found.position.timeMs,
    standing: standingOf(proposal, isInForce),
    approvals: [...proposal.approvals],
    approvalsNeeded: quorum(committee),
    committee,
    ...(isInForce ? { by: recall.by, sinceHeight: recall.height } : {}),
  }
}

function standingOf({ outcome }: ProposalState, isInForce: boolean): RecallView['standing'] {
  if (outcome !== 'in-force') return outcome
  return isInForce ? 'in-force' : 'done'
}

export interface RecallPage {
  readonly recalls: RecallView[]
  /** There may be more behind this one. */
  readonly next?: string
}

/**
 * One page of recalls and lifts, in the order of the ledger. The limit counts what is looked at: a page
 * may hold less, or nothing, and still have a next one.
 *
 * @param current only those that are open or in force
 */
export function* recallList(ledger: LedgerView, page: Page, current: boolean): Query<RecallPage> {
  const prefix = PREFIXES.recallOrder
  const after = page.after === undefined ? {} : { after: prefix + page.after }
  const entries = yield { prefix, limit: page.limit, ...after }
  const recalls: RecallView[] = []
  for (const { value } of entries) {
    yield PAUSE
    const view = recallView(ledger, storedId(value))
    if (view === undefined) continue
    const isCurrent = view.standing === 'open' || view.standing === 'in-force'
    if (isCurrent || !current) recalls.push(view)
  }
  const last = entries.at(-1)
  return last === undefined || entries.length < page.limit
    ? { recalls }
    : { recalls, next: last.key.slice(prefix.length) }
}
