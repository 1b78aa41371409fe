import { GOSSIP_BATCH_BYTES_MAX, GOSSIP_BATCH_RECORDS_MAX, GOSSIP_FLUSH_MS } from '../limits.ts'
import { encodeRecordBatch } from '../wire/gossip.ts'
import type { Core } from './core.ts'

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
    core.effects.push({ kind: 'gossip', topic: 'records', bytes: encodeRecordBatch(nextBatch(core.outbox)) })
  }
  if (core.gossipFlushing) {
    core.effects.push({ kind: 'timer', timer: { name: 'gossip-flush' }, ms: GOSSIP_FLUSH_MS })
  }
}

function nextBatch(outbox: Uint8Array[]): Uint8Array[] {
  let bytes = 0
  let count = 0
  for (const envelope of outbox) {
    if (count === GOSSIP_BATCH_RECORDS_MAX || (count > 0 && bytes + envelope.length > GOSSIP_BATCH_BYTES_MAX)) break
    bytes += envelope.length
    count++
  }
  return outbox.splice(0, count)
}
