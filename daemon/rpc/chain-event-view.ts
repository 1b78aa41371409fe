import type { ChainEvent as PublicEvent } from '../../protocol/api/events.ts'
import type { Evidence } from '../../protocol/consensus/evidence.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { ChainEvent } from '../driver/chain-events.ts'
import type { ChainContext } from './chains.ts'

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
