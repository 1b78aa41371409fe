import type { Digest } from '../digest.ts'
import { isRejection, type Rejection } from '../rejection.ts'
import { applyRecord } from '../rules/rule-book.ts'
import { chainOf, type Core } from './core.ts'
import { feed } from './consensus-link.ts'
import { StateOverlay } from './state-overlay.ts'

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
  const state = new StateOverlay(core.reader)
  const timeMs = Math.max(core.nowMs, core.head.timeMs + 1)
  const context = {
    chain: chainOf(core),
    height: core.work.height,
    timeMs,
    parameters: core.genesis.document.parameters,
  }
  for (const { record } of core.pool.entries()) {
    // An expired record is work too: only a block with a later time ends its author's waiting.
    if (timeMs >= record.ledger.expires) return true
    const change = applyRecord(record, context, state)
    if (!isRejection(change)) return true
    settleRefused(core, record.id, change)
  }
  return false
}

export function settleRefused(core: Core, record: Digest, rejection: Rejection): void {
  const entry = core.pool.remove(record)
  if (entry?.own) core.effects.push({ kind: 'settled', record, outcome: { status: 'refused', rejection } })
}
