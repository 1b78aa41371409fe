import type { RecallEvent } from '../../api/events.ts'
import { assert } from '../../assert.ts'
import type { Digest } from '../../digest.ts'
import { COMMITTEE_MEMBERS_MAX } from '../../limits.ts'
import { decodePosition } from '../../replica/blocks/record-position.ts'
import { readProposal } from '../../rules/recall-rules.ts'
import { orderedNumber, PREFIXES, storageKey } from '../../storage-keys.ts'
import { nameOf } from '../family/named-artefact.ts'
import type { Query } from '../query.ts'
import { type LedgerView, readCommitted, stateView, storedId } from '../read-record.ts'

/**
 * What came into force by one committed block, in its order. It does not matter how many blocks came
 * after it.
 *
 * @param records all of the block
 */
export function* recallEvents(
  ledger: LedgerView,
  records: readonly Digest[],
): Query<readonly RecallEvent[]> {
  const [first] = records
  if (first === undefined) return []
  const stored = ledger.reader.get(storageKey.record(first))
  assert(stored !== undefined, 'a committed record has its position')
  const { logIndex } = decodePosition(stored)
  const prefix = PREFIXES.recallOrder
  const before = logIndex === 0 ? {} : { after: prefix + orderedNumber(logIndex - 1) }
  const entries = yield { prefix, limit: records.length, ...before }
  const end = prefix + orderedNumber(logIndex + records.length)
  const events: RecallEvent[] = []
  for (const { key, value } of entries) {
    if (key >= end) break
    const event = yield* eventOf(ledger, storedId(value))
    if (event !== undefined) events.push(event)
  }
  return events
}

/** Of a recall that its owner decided, or of the last approval that one needed. */
function* eventOf(ledger: LedgerView, id: Digest): Query<RecallEvent | undefined> {
  const found = readCommitted(ledger, id)
  if (found?.record.type === 'recall') {
    const proposal = readProposal(stateView(ledger.reader), id)
    const isOwners = proposal?.outcome === 'in-force' && proposal.approvals.length === 0
    return isOwners ? recallEvent(ledger, id, found.position.height) : undefined
  }
  if (found?.record.type !== 'approval') return undefined
  const { proposal: about } = found.record.statement.predicate
  if (readProposal(stateView(ledger.reader), about)?.outcome !== 'in-force') return undefined
  // Each organisation approves once, and what is decided takes no further approval: the last decided it.
  const prefix = `${PREFIXES.event}${about}/`
  const approvals = yield { prefix, limit: COMMITTEE_MEMBERS_MAX }
  const last = approvals.at(-1)
  const isDecisive = last !== undefined && storedId(last.value) === id
  return isDecisive ? recallEvent(ledger, about, found.position.height) : undefined
}

function recallEvent(ledger: LedgerView, id: Digest, height: number): RecallEvent {
  const found = readCommitted(ledger, id)
  assert(found?.record.type === 'recall', 'a proposal is a recall or a lift')
  const { artefact: about, action, reason } = found.record.statement.predicate
  const isOwners = readProposal(stateView(ledger.reader), id)?.approvals.length === 0
  return {
    kind: action === 'recall' ? 'recalled' : 'lifted',
    artefact: nameOf(ledger, about),
    record: id,
    reason,
    height,
    by: isOwners ? 'owner' : 'committee',
    organisation: found.author.organisation,
  }
}
