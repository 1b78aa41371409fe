import { type Static, Type } from 'typebox'
import { oneOf } from '../records/schema-parts.ts'
import { AsOf, DigestText, Height, LedgerTime, OrganisationName } from './common.ts'
import { AnswerView, NamedArtefact } from './recalls.ts'

/** That its organisation took an advisory back: it flags nothing any more. */
const WithdrawalView = Type.Object({
  record: DigestText,
  reason: Type.String(),
  organisation: OrganisationName,
  signer: Type.String(),
  height: Height,
  timeMs: LedgerTime,
})

const advisoryFields = {
  record: DigestText,
  /** `CVE-…`, `GHSA-…`, or a name of the author's. */
  advisory: Type.String(),
  aliases: Type.Optional(Type.Array(Type.String())),
  summary: Type.String(),
  packages: Type.Array(
    Type.Object({
      purl: Type.String(),
      versions: Type.Optional(Type.Array(Type.String())),
      ranges: Type.Optional(
        Type.Array(
          Type.Object({
            introduced: Type.String(),
            fixed: Type.Optional(Type.String()),
            lastAffected: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
  severity: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  organisation: OrganisationName,
  signer: Type.String(),
  height: Height,
  timeMs: LedgerTime,
  withdrawn: Type.Optional(WithdrawalView),
}

/** A warning about software, as it was published. */
export const AdvisoryView = Type.Object(advisoryFields)
export type AdvisoryView = Static<typeof AdvisoryView>

/** GET /v1/chains/{chain}/advisories/{id} */
export const AdvisoryAnswer = Type.Object({ ...advisoryFields, asOf: AsOf })
export type AdvisoryAnswer = Static<typeof AdvisoryAnswer>

export const ADVISORY_PAGE_MAX = 100
export const ADVISORY_PAGE_DEFAULT = 50

export const AdvisoryListQuery = Type.Object(
  {
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ADVISORY_PAGE_MAX })),
  },
  { additionalProperties: false },
)
export type AdvisoryListQuery = Static<typeof AdvisoryListQuery>

/** GET /v1/chains/{chain}/advisories: in the order of the ledger. */
export const AdvisoryList = Type.Object({
  advisories: Type.Array(AdvisoryView),
  /** There may be more: pass it as `after`. */
  next: Type.Optional(Type.String()),
  asOf: AsOf,
})
export type AdvisoryList = Static<typeof AdvisoryList>

/** An artefact that an advisory touches: made with such software, or descended from what was. */
export const AffectedArtefact = Type.Object({
  artefact: NamedArtefact,
  owner: OrganisationName,
  /** `unknown`: nobody here can compare these versions. */
  certainty: oneOf(['affected', 'unknown']),
  /** Package URL that its certificate names; absent for a descendant. */
  purl: Type.Optional(Type.String()),
  /** Of a descendant: the artefact that it was made from. */
  via: Type.Optional(DigestText),
  answer: Type.Optional(AnswerView),
})
export type AffectedArtefact = Static<typeof AffectedArtefact>

const impactFields = {
  advisory: AdvisoryView,
  /** What names the software itself, then its descendants generation by generation; none once withdrawn. */
  artefacts: Type.Array(AffectedArtefact),
  /** False: there are more than one answer holds. */
  complete: Type.Boolean(),
}

export const Impact = Type.Object(impactFields)
export type Impact = Static<typeof Impact>

/** GET /v1/chains/{chain}/advisories/{id}/affected */
export const ImpactAnswer = Type.Object({ ...impactFields, asOf: AsOf })
export type ImpactAnswer = Static<typeof ImpactAnswer>
