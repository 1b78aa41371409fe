import { type Static, Type } from 'typebox'
import { AsOf, Did, DigestText, OrganisationName } from './common.ts'

export const AuthorParams = Type.Object({
  chain: DigestText,
  did: Did,
})
export type AuthorParams = Static<typeof AuthorParams>

/** GET /v1/chains/{chain}/authors/{did} */
export const AuthorAnswer = Type.Object({
  did: Did,
  organisation: OrganisationName,
  class: Type.Union([
    Type.Literal('admin'),
    Type.Literal('person'),
    Type.Literal('source'),
    Type.Literal('record'),
    Type.Literal('consensus'),
    Type.Literal('network'),
  ]),
  name: Type.String(),
  /** Whether a record signed now by this key would be counted. */
  valid: Type.Boolean(),
  /** Above all that are used on the ledger, and by records that wait for it on this node. */
  nextNonce: Type.Integer({ minimum: 0 }),
  asOf: AsOf,
})
export type AuthorAnswer = Static<typeof AuthorAnswer>
