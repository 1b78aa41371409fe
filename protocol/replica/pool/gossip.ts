import { GOSSIP_BATCH_BYTES_MAX, GOSSIP_BATCH_RECORDS_MAX, GOSSIP_FLUSH_MS } from '../../limits.ts'
import { encodeRecordBatch } from '../../wire/gossip.ts'
import type { Core } from '../core.ts'

/** Of the count of a batch, and before each of its envelopes. */
const LENGTH_BYTES = 4

/**
 * Gossips a record that was admitted here. The first leaves at once; those that follow within
 * GOSSIP_FLUSH_MS leave together, and no other node batches them again.
 */
export function queueGossip(core: Core, envelope: Uint8Array): void {
  core.outbox.push(envelope)
  if (!core.gossipFlushing) flushGossip(core)
}

export function flushGossip(core: Core): void {
  core.gossipFlushing = core.outbox.length > 0
  while (core.outbox.length > 0) {
    core.effects.push({
      kind: 'gossip',
      topic: 'records',
      bytes: encodeRecordBatch(nextBatch(core.outbox)),
    })
  }
  if (core.gossipFlushing) {
    core.effects.push({ kind: 'timer', timer: { name: 'gossip-flush' }, ms: GOSSIP_FLUSH_MS })
  }
}

/** Takes from the front as many envelopes as one batch may carry, lengths included. */
export function nextBatch(outbox: Uint8Array[]): Uint8Array[] {
  let bytes = LENGTH_BYTES
  let count = 0
  for (const envelope of outbox) {
    bytes += LENGTH_BYTES + envelope.length
    if (count === GOSSIP_BATCH_RECORDS_MAX || bytes > GOSSIP_BATCH_BYTES_MAX) break
    count++
  }
  return outbox.splice(0, count)
}
