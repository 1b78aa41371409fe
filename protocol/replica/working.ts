import type { LedgerRecord } from '../records/record.ts'
import { isRejection } from '../rejection.ts'
import { applyRecord } from '../rules/rule-book.ts'
import { StateOverlay } from './blocks/state-overlay.ts'
import { feed } from './consensus-link.ts'
import type { Core } from './core.ts'

/**
 * Tells the machine that there is something to decide. Whoever holds a pending record does: a leader
 * builds at once, and the others start the timer that ends the view of a leader that ignores it.
 */
export function announceWork(core: Core): void {
  const { work } = core
  if (work.workTold || work.decided !== null || !hasWork(core)) return
  work.workTold = true
  feed(core, { kind: 'work' })
}

function hasWork(core: Core): boolean {
  if (core.evidence.size > 0 || core.work.heartbeatDue) return true
  return hasValidRecord(core)
}

/** Drops records that the last blocks made invalid, up to the first that can still be committed. */
function hasValidRecord(core: Core): boolean {
  for (const { record } of core.pool.entries()) {
    if (!settleIfRefused(core, record)) return true
  }
  return false
}

/**
 * Gives a record up when the ledger as it is refuses it. An expired record is not given up here: only
 * a block with a later time ends its author's waiting.
 *
 * @returns true when nobody needs to wait for it any more
 */
export function settleIfRefused(core: Core, record: LedgerRecord): boolean {
  const timeMs = Math.max(core.nowMs, core.head.timeMs + 1)
  if (timeMs >= record.ledger.expires) return false
  const context = { genesis: core.genesis, height: core.work.height, timeMs }
  const change = applyRecord(record, context, new StateOverlay(core.reader))
  if (!isRejection(change)) return false
  const entry = core.pool.remove(record.id)
  const outcome = { status: 'refused', rejection: change } as const
  if (entry?.own) core.effects.push({ kind: 'settled', record: record.id, outcome })
  return true
}
