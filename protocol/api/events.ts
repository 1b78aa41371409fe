import { type Static, Type } from 'typebox'
import { oneOf } from '../records/schema-parts.ts'
import { DigestText, Height, LedgerTime, OrganisationName } from './common.ts'
import { NamedArtefact } from './recalls.ts'
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

/** A recall or a lift came into force: by its owner's word, or by the last approval that it needed. */
export const RecallEvent = Type.Object({
  kind: oneOf(['recalled', 'lifted']),
  artefact: NamedArtefact,
  /** The recall's, or the lift's. */
  record: DigestText,
  reason: Type.String(),
  height: Height,
  by: oneOf(['owner', 'committee']),
  /** Who signed it: the owner, or who proposed it to the committee. */
  organisation: OrganisationName,
})
export type RecallEvent = Static<typeof RecallEvent>

export const ChainEvent = Type.Union([
  BlockEvent,
  SettledEvent,
  AccusedEvent,
  AlarmEvent,
  RecallEvent,
])
export type ChainEvent = Static<typeof ChainEvent>
