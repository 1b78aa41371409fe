import { type Static, Type } from 'typebox'
import { DigestText, Height, LedgerTime } from './common.ts'
import { RefusalText } from './records.ts'

/**
 * GET /v1/chains/{chain}/events: server-sent events. `event:` is the kind, `data:` the JSON below.
 * A client that reads too slowly is cut off and must ask for what it missed.
 */
export const BlockEvent = Type.Object({
  kind: Type.Literal('block'),
  height: Height,
  id: DigestText,
  timeMs: LedgerTime,
  view: Type.Integer({ minimum: 0 }),
  records: Type.Array(DigestText),
})

export const SettledEvent = Type.Object({
  kind: Type.Literal('settled'),
  record: DigestText,
  status: Type.Union([Type.Literal('committed'), Type.Literal('expired'), Type.Literal('refused')]),
  height: Type.Optional(Height),
  rejection: Type.Optional(RefusalText),
})

export const AccusedEvent = Type.Object({
  kind: Type.Literal('accused'),
  /** Whom the evidence speaks against: an organisation, or the did:key of an author. */
  who: Type.String(),
  /** The kind of evidence (consensus/evidence.ts). */
  what: Type.String(),
  height: Height,
})

export const AlarmEvent = Type.Object({
  kind: Type.Literal('alarm'),
  alarm: Type.String(),
  detail: Type.String(),
})

export const ChainEvent = Type.Union([BlockEvent, SettledEvent, AccusedEvent, AlarmEvent])
export type ChainEvent = Static<typeof ChainEvent>
