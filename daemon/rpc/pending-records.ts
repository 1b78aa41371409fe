import type { Digest } from '../../protocol/digest.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { PENDING_RECORDS_MAX } from './limits.ts'

/**
 * The records that clients of this node submitted and that are neither committed nor given up. The
 * pool has them as well; this says what their authors' next nonces are. Lost with the process: who
 * signed a record keeps its bytes.
 */
export interface PendingRecords {
  add(record: Digest, envelope: Uint8Array): void
  settle(record: Digest): void
  has(record: Digest): boolean
  /** 0 when the author has nothing pending here. */
  highestNonce(author: string): number
}

export function createPendingRecords(): PendingRecords {
  const envelopes = new Map<Digest, Uint8Array>()
  return {
    add: (record, envelope) => {
      envelopes.set(record, envelope)
      if (envelopes.size <= PENDING_RECORDS_MAX) return
      const [oldest] = envelopes.keys()
      if (oldest !== undefined) envelopes.delete(oldest)
    },
    settle: (record) => {
      envelopes.delete(record)
    },
    has: (record) => envelopes.has(record),
    highestNonce: (author) => {
      const nonces = [...envelopes.values()].map((envelope) => nonceBy(author, envelope))
      return Math.max(0, ...nonces)
    },
  }
}

function nonceBy(author: string, envelope: Uint8Array): number {
  const record = parseEnvelope(envelope)
  return isRejection(record) || record.ledger.author !== author ? 0 : record.ledger.nonce
}
