import { type Static, Type } from 'typebox'
import { LineSchema } from '../records/schema-parts.ts'
import { AsOf, Did, DigestText, OrganisationName } from './common.ts'

export const AuthorParams = Type.Object({
  chain: DigestText,
  did: Did,
})
export type AuthorParams = Static<typeof AuthorParams>

const keyFields = {
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
}

/** GET /v1/chains/{chain}/authors/{did} */
export const AuthorAnswer = Type.Object({
  ...keyFields,
  /** Above all that are used on the ledger, and by records that wait for it on this node. */
  nextNonce: Type.Integer({ minimum: 0 }),
  asOf: AsOf,
})
export type AuthorAnswer = Static<typeof AuthorAnswer>

export const PeopleQuery = Type.Object(
  { organisation: OrganisationName, name: LineSchema },
  { additionalProperties: false },
)
export type PeopleQuery = Static<typeof PeopleQuery>

/** GET /v1/chains/{chain}/people: the people whom an organisation registered under one name. */
export const PeopleAnswer = Type.Object({ people: Type.Array(Type.Object(keyFields)), asOf: AsOf })
export type PeopleAnswer = Static<typeof PeopleAnswer>
