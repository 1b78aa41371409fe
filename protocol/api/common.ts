import { type Static, Type } from 'typebox'
import { CidSchema, DidSchema, DigestSchema, SlugSchema } from '../records/schema-parts.ts'

/** The shapes that several nouns of the local API share. Schemas validate, type, and describe (OpenAPI). */

/** A SHA-256 digest: record ids, block ids, chain ids and digests of content. */
export const DigestText = DigestSchema
export const Height = Type.Integer({ minimum: 0 })
export const LedgerTime = Type.Integer({ minimum: 0, description: 'ms since the Unix epoch' })
export const Cid = CidSchema
export const OrganisationName = SlugSchema
export const Did = DidSchema

/** Whether the node follows the chain: with others and at their height, behind them, or without a quorum in sight. */
export const SyncState = Type.Union([
  Type.Literal('in-sync'),
  Type.Literal('behind'),
  Type.Literal('alone'),
])
export type SyncState = Static<typeof SyncState>

/** How fresh an answer is: in every read. */
export const AsOf = Type.Object({
  height: Height,
  /** Of the block at `height`; 0 when there is none yet. */
  timeMs: LedgerTime,
  sync: SyncState,
  behindBlocks: Type.Integer({ minimum: 0 }),
})
export type AsOf = Static<typeof AsOf>

export const ChainParams = Type.Object({ chain: DigestText })
export type ChainParams = Static<typeof ChainParams>

export const RecordParams = Type.Object({ chain: DigestText, id: DigestText })
export type RecordParams = Static<typeof RecordParams>
