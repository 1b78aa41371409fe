import type { LedgerRecord } from '../../records/record.ts'
import type { Core } from '../core.ts'

/**
 * Keeps a record whose signature was checked, so that it is not checked again: not in the next
 * proposal, and not when gossip brings it.
 *
 * @returns the record as it may be kept for long: not as a view that holds a whole frame or body in memory
 */
export function remember(core: Core, record: LedgerRecord): LedgerRecord {
  const known = core.known.get(record.envelopeDigest)
  if (known !== undefined) return known
  const kept: LedgerRecord = { ...record, envelope: record.envelope.slice() }
  core.known.set(kept.envelopeDigest, kept)
  return kept
}
