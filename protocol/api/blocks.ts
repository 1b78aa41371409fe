import { type Static, Type } from 'typebox'
import { AsOf, DigestText, Height, LedgerTime, OrganisationName } from './common.ts'

export const BlockParams = Type.Object({
  chain: DigestText,
  /** A height in decimal, or a block id. */
  block: Type.String({ pattern: '^(?:[0-9]{1,15}|[0-9a-f]{64})$' }),
})
export type BlockParams = Static<typeof BlockParams>

/** GET /v1/chains/{chain}/blocks/{heightOrId} */
export const BlockAnswer = Type.Object({
  height: Height,
  id: DigestText,
  timeMs: LedgerTime,
  proposer: OrganisationName,
  records: Type.Array(DigestText),
  /** Whose COMMITs this node holds; another node may hold another quorum of them. */
  signers: Type.Array(OrganisationName),
  view: Type.Integer({ minimum: 0 }),
  parent: DigestText,
  stateRoot: DigestText,
  logRoot: DigestText,
  logSize: Type.Integer({ minimum: 0 }),
  asOf: AsOf,
})
export type BlockAnswer = Static<typeof BlockAnswer>
