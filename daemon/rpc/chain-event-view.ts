import type { ChainEvent as PublicEvent } from '../../protocol/api/events.ts'
import type { Evidence } from '../../protocol/consensus/evidence.ts'
import { recallEvents } from '../../protocol/queries/recalls/recall-events.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { ChainEvent } from '../driver/chain-events.ts'
import type { ChainContext } from './chains.ts'
import { runQuery } from './run-query.ts'

/** What happened on a chain, as clients are told. */
export function eventView(event: ChainEvent, chain: ChainContext): PublicEvent {
  switch (event.kind) {
    case 'block': {
      const { height, id, timeMs, view, records } = event.block
      return { kind: 'block', height, id, timeMs, view, records: [...records] }
    }
    case 'settled':
      return { kind: 'settled', record: event.record, ...event.outcome }
    case 'accuse':
      return { kind: 'accused', ...accusation(event.evidence, chain) }
    case 'alarm':
      return { kind: 'alarm', alarm: event.alarm, detail: event.detail }
    case 'halted':
      return { kind: 'alarm', alarm: 'halted', detail: event.reason }
  }
}

/** What came into force by an event: told behind it, once the store was asked. */
export async function consequences(
  event: ChainEvent,
  chain: ChainContext,
): Promise<readonly PublicEvent[]> {
  if (event.kind !== 'block' || event.block.records.length === 0) return []
  return runQuery(chain, (ledger) => recallEvents(ledger, event.block.records))
}

function accusation(evidence: Evidence, { genesis, driver }: ChainContext) {
  if (evidence.kind === 'nonce-reuse') {
    return { who: authorOf(evidence.first), what: evidence.kind, height: driver.status().height }
  }
  const { member, height } = evidence.kind === 'amnesia' ? evidence.commit : evidence.first
  const organisation = genesis.committee.members[member]?.organisation
  return { who: organisation ?? `member ${member}`, what: evidence.kind, height }
}

function authorOf(envelope: Uint8Array): string {
  const record = parseEnvelope(envelope)
  return isRejection(record) ? 'unknown' : record.ledger.author
}
