import { type Static, Type } from 'typebox'
import { DigestText, OrganisationName } from './common.ts'

export const RESOLVE_QUERY_CHARS_MAX = 512

/** `q`: an id, a prefix of at least 4 hex digits, a digest, a CID, or [organisation/]name[@version]. */
export const ResolveQuery = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: RESOLVE_QUERY_CHARS_MAX }),
    /** Whose names a bare name means. */
    organisation: Type.Optional(OrganisationName),
  },
  { additionalProperties: false },
)
export type ResolveQuery = Static<typeof ResolveQuery>

export const Match = Type.Object({
  record: DigestText,
  kind: Type.Union([Type.Literal('artefact'), Type.Literal('record'), Type.Literal('block')]),
  /** What of the query it was that matched. */
  by: Type.Union([
    Type.Literal('record'),
    Type.Literal('digest'),
    Type.Literal('cid'),
    Type.Literal('name'),
    Type.Literal('prefix'),
  ]),
  name: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  organisation: Type.Optional(OrganisationName),
})
export type Match = Static<typeof Match>

/** GET /v1/chains/{chain}/resolve: no match, one, or candidates to choose from. */
export const ResolveAnswer = Type.Object({ query: Type.String(), matches: Type.Array(Match) })
export type ResolveAnswer = Static<typeof ResolveAnswer>
