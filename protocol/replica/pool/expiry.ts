import type { Core } from '../core.ts'

/** Pending records are looked through once in so much ledger time, not at every block. */
const EXPIRY_CHECK_MS = 1_000

/** A record whose expiry a committed block's time has passed can never be committed: its author is told. */
export function pruneExpired(core: Core): void {
  const { timeMs } = core.head
  if (timeMs - core.expiryCheckedMs < EXPIRY_CHECK_MS) return
  core.expiryCheckedMs = timeMs
  for (const { record, own } of core.pool.entries()) {
    if (record.ledger.expires > timeMs) continue
    core.pool.remove(record.id)
    if (own)
      core.effects.push({ kind: 'settled', record: record.id, outcome: { status: 'expired' } })
  }
}
