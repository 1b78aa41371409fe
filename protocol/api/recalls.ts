import { type Static, Type } from 'typebox'
import { STATUSES } from '../records/events/recalls.ts'
import { oneOf } from '../records/schema-parts.ts'
import { AsOf, DigestText, Height, LedgerTime, OrganisationName } from './common.ts'

/** The members of any network fit into it. */
const FROM_CHARS_MAX = 4_096

/** An artefact, by what people call it. */
export const NamedArtefact = Type.Object({
  record: DigestText,
  /** organisation/name@version */
  name: Type.String(),
  type: Type.String(),
})
export type NamedArtefact = Static<typeof NamedArtefact>

/**
 * `open`: waits for approvals. `in-force`: a recall that counts now. `done`: a lift, or a recall that
 * was lifted since. `moot`: there was nothing left to do when it was approved.
 */
const Standing = oneOf(['open', 'in-force', 'done', 'moot'])

const recallFields = {
  record: DigestText,
  artefact: NamedArtefact,
  action: oneOf(['recall', 'lift']),
  reason: Type.String(),
  /** Who proposed it, or decided it as the owner. */
  organisation: OrganisationName,
  signer: Type.String(),
  height: Height,
  timeMs: LedgerTime,
  standing: Standing,
  /** Organisations of the committee that approved. */
  approvals: Type.Array(OrganisationName),
  approvalsNeeded: Type.Integer({ minimum: 1 }),
  committee: Type.Integer({ minimum: 1 }),
  /** Of one in force: who decided, and the block from which on. */
  by: Type.Optional(oneOf(['owner', 'committee'])),
  sinceHeight: Type.Optional(Height),
}

/** A recall or a lift, decided or proposed. */
export const RecallView = Type.Object(recallFields)
export type RecallView = Static<typeof RecallView>

/** GET /v1/chains/{chain}/recalls/{id} */
export const RecallAnswer = Type.Object({ ...recallFields, asOf: AsOf })
export type RecallAnswer = Static<typeof RecallAnswer>

export const RECALL_PAGE_MAX = 500
export const RECALL_PAGE_DEFAULT = 100

export const RecallListQuery = Type.Object(
  {
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: RECALL_PAGE_MAX })),
    /** Only those that are open or in force. */
    current: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type RecallListQuery = Static<typeof RecallListQuery>

/** GET /v1/chains/{chain}/recalls: in the order of the ledger. */
export const RecallList = Type.Object({
  recalls: Type.Array(RecallView),
  /** There may be more: pass it as `after`. */
  next: Type.Optional(Type.String()),
  asOf: AsOf,
})
export type RecallList = Static<typeof RecallList>

/** What the owner of an artefact says to a recall or an advisory (VEX): the latest answer. */
export const AnswerView = Type.Object({
  record: DigestText,
  artefact: DigestText,
  status: oneOf(STATUSES),
  reason: Type.String(),
  organisation: OrganisationName,
  signer: Type.String(),
  height: Height,
})
export type AnswerView = Static<typeof AnswerView>

/** An artefact of a family tree that is recalled. */
export const RecallFlag = Type.Object({
  artefact: NamedArtefact,
  /** Generations above the one that was asked for; 0 is itself. */
  depth: Type.Integer({ minimum: 0 }),
  /** The recall that is in force. */
  record: DigestText,
  reason: Type.String(),
  organisation: OrganisationName,
  signer: Type.String(),
  by: oneOf(['owner', 'committee']),
  sinceHeight: Height,
  answers: Type.Array(AnswerView),
})
export type RecallFlag = Static<typeof RecallFlag>

/** An advisory that names software of a family tree. */
export const AdvisoryFlag = Type.Object({
  record: DigestText,
  advisory: Type.String(),
  aliases: Type.Optional(Type.Array(Type.String())),
  summary: Type.String(),
  severity: Type.Optional(Type.String()),
  organisation: OrganisationName,
  /** The nearest artefact that was made with it. */
  artefact: NamedArtefact,
  depth: Type.Integer({ minimum: 0 }),
  purl: Type.String(),
  /** `unknown`: nobody here can compare these versions. */
  certainty: oneOf(['affected', 'unknown']),
  answers: Type.Array(AnswerView),
})
export type AdvisoryFlag = Static<typeof AdvisoryFlag>

const flagFields = {
  artefact: DigestText,
  owner: OrganisationName,
  /** The artefact's own, and those of its ancestors, the nearest first. */
  recalls: Type.Array(RecallFlag),
  /** It is, or was made with, a pipeline that the rules of the network forbid. */
  invalid: Type.Optional(
    Type.Object({ pipeline: NamedArtefact, rule: Type.Optional(Type.String()) }),
  ),
  advisories: Type.Array(AdvisoryFlag),
  /** It, or an ancestor, was made from what nobody has certified. */
  unknownAncestry: Type.Optional(Type.Literal(true)),
  /** So many were looked at. */
  ancestors: Type.Integer({ minimum: 0 }),
  /** False: the family tree is larger than what one question may look at. */
  complete: Type.Boolean(),
  /** False: there may be more advisories, of what is affected for certain, than one question may look at. */
  advisoriesComplete: Type.Boolean(),
  /** There are more than are named. The certain ones come first. */
  moreAdvisories: Type.Optional(Type.Literal(true)),
}

export const ArtefactFlags = Type.Object(flagFields)
export type ArtefactFlags = Static<typeof ArtefactFlags>

export const FlagsQuery = Type.Object(
  {
    /** Organisations, apart by commas: only their advisories count. Without it those of all do. */
    from: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9._-]*(,[a-z0-9][a-z0-9._-]*)*$',
        maxLength: FROM_CHARS_MAX,
      }),
    ),
  },
  { additionalProperties: false },
)
export type FlagsQuery = Static<typeof FlagsQuery>

/** GET /v1/chains/{chain}/artefacts/{id}/flags: what there is to know before using an artefact. */
export const FlagsAnswer = Type.Object({ ...flagFields, asOf: AsOf })
export type FlagsAnswer = Static<typeof FlagsAnswer>
