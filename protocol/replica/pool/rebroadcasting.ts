import type { ConsensusMessage, Vote } from '../../consensus/message.ts'
import { RESEND_RECORDS_MAX } from '../../limits.ts'
import { encodeWireMessage } from '../../wire/message-codec.ts'
import type { Core } from '../core.ts'
import { frameOf } from '../saying.ts'
import { nextBatch } from './gossip.ts'

/** R11: while a view does not advance, say again what helps the others along. */
export function rebroadcast(
  core: Core,
  messages: readonly ConsensusMessage[],
  bundles: readonly (readonly Vote[])[],
): void {
  // Justifications first: a re-proposal is judged by the polka that came before it.
  for (const votes of bundles) {
    if (votes.length > 0)
      core.effects.push({ kind: 'broadcast', bytes: encodeWireMessage({ kind: 'bundle', votes }) })
  }
  for (const message of messages) {
    const bytes = frameOf(core, message, [])
    if (bytes !== undefined) core.effects.push({ kind: 'broadcast', bytes })
  }
  resendOwnRecords(core)
}

/**
 * A leader that lacks a record cannot propose it: it may have been behind when gossip brought it.
 *
 * @param to the one member to tell; all of them when it is left out
 */
export function resendOwnRecords(core: Core, to?: number): void {
  const envelopes: Uint8Array[] = []
  for (const { own, record } of core.pool.entries()) {
    if (own) envelopes.push(record.envelope)
    if (envelopes.length === RESEND_RECORDS_MAX) break
  }
  while (envelopes.length > 0) {
    const bytes = encodeWireMessage({ kind: 'records', envelopes: nextBatch(envelopes) })
    core.effects.push(to === undefined ? { kind: 'broadcast', bytes } : { kind: 'send', to, bytes })
  }
}
