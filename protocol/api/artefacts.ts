import { type Static, Type } from 'typebox'
import { MANIFEST_FILES_MAX } from '../limits.ts'
import {
  HowSchema,
  RelationSchema,
  SubsetSchema,
} from '../records/certificates/certificate-parts.ts'
import { AsOf, Cid, DigestText, Height, LedgerTime, OrganisationName } from './common.ts'

const How = { how: Type.Optional(HowSchema) }

export const InputEdgeView = Type.Union([
  Type.Object({
    kind: Type.Literal('certified'),
    record: DigestText,
    digest: DigestText,
    ...How,
    subset: Type.Optional(SubsetSchema),
  }),
  Type.Object({
    kind: Type.Literal('unknown'),
    reason: Type.String(),
    ...How,
    digest: Type.Optional(DigestText),
  }),
])
export type InputEdgeView = Static<typeof InputEdgeView>

export const DatasetEdgeView = Type.Union([
  ...InputEdgeView.anyOf,
  Type.Object({ kind: Type.Literal('none'), reason: Type.String(), ...How }),
])
export type DatasetEdgeView = Static<typeof DatasetEdgeView>

export const ParentEdgeView = Type.Union([
  Type.Object({
    kind: Type.Literal('certified'),
    record: DigestText,
    digest: DigestText,
    relation: RelationSchema,
    ...How,
  }),
  Type.Object({
    kind: Type.Literal('external'),
    uri: Type.String(),
    revision: Type.Optional(Type.String()),
    digest: Type.Optional(DigestText),
    relation: RelationSchema,
    ...How,
  }),
])
export type ParentEdgeView = Static<typeof ParentEdgeView>

/** One record about an artefact, in the order of the ledger. */
export const ArtefactEvent = Type.Object({
  record: DigestText,
  type: Type.String(),
  height: Height,
  timeMs: LedgerTime,
  /** Of whoever signed it. */
  organisation: OrganisationName,
  signer: Type.String(),
  /** Of an `event` record: which one. */
  event: Type.Optional(Type.String()),
  /** Which event, phase, action or status it is. */
  subtype: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
})
export type ArtefactEvent = Static<typeof ArtefactEvent>

const artefactFields = {
  /** Id of the artefact: that of the record that registered it. */
  record: DigestText,
  /** Built-in, or declared by the network. */
  type: Type.String(),
  name: Type.String(),
  version: Type.String(),
  /** Of whoever registered it. */
  organisation: OrganisationName,
  /** The organisation that owns it now. */
  owner: OrganisationName,
  /** did:key */
  author: Type.String(),
  /** Name under which the author's key is registered. */
  signer: Type.String(),
  /** Exactly one of the two: of the content, or salted so that it cannot be guessed. */
  sha256: Type.Optional(DigestText),
  saltedSha256: Type.Optional(DigestText),
  form: Type.Union([Type.Literal('file'), Type.Literal('directory')]),
  bytes: Type.Integer({ minimum: 0 }),
  files: Type.Integer({ minimum: 0 }),
  share: Type.Union([Type.Literal('local'), Type.Literal('members')]),
  cid: Type.Optional(Cid),
  manifestCid: Type.Optional(Cid),
  /** State of the artefact's state machine. */
  state: Type.String(),
  height: Height,
  timeMs: LedgerTime,
  /** What people call it. */
  title: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  /** The organisation that a transfer is offered to. */
  offeredTo: Type.Optional(OrganisationName),
  /** Organisations that may add phases and events. */
  contributors: Type.Optional(Type.Array(OrganisationName)),
  /** Here or further up, somebody said openly: not known. */
  unknownAncestry: Type.Optional(Type.Literal(true)),
  /** Record id of the pipeline, itself or above it, whose architecture is forbidden. */
  invalid: Type.Optional(DigestText),
  /** Of the artefact itself, not of its ancestors. */
  recall: Type.Optional(
    Type.Object({
      record: DigestText,
      height: Height,
      by: Type.Union([Type.Literal('owner'), Type.Literal('committee')]),
    }),
  ),
  /** Values beyond the bounds that its certificate states; absent where none was found. */
  outsideBounds: Type.Optional(Type.Integer({ minimum: 1 })),
  inputs: Type.Optional(Type.Array(InputEdgeView)),
  datasets: Type.Optional(Type.Array(DatasetEdgeView)),
  parents: Type.Optional(Type.Array(ParentEdgeView)),
  pipeline: Type.Optional(Type.Object({ record: DigestText, digest: DigestText })),
  events: Type.Array(ArtefactEvent),
}

export const ArtefactView = Type.Object(artefactFields)
export type ArtefactView = Static<typeof ArtefactView>

/** GET /v1/chains/{chain}/artefacts/{id} */
export const ArtefactAnswer = Type.Object({ ...artefactFields, asOf: AsOf })
export type ArtefactAnswer = Static<typeof ArtefactAnswer>

export const ARTEFACT_PAGE_MAX = 500
export const ARTEFACT_PAGE_DEFAULT = 100
/** What `next` of a page looks like. */
export const ARTEFACT_MARK = /^[0-9a-f]{16}$/

export const ArtefactListQuery = Type.Object(
  {
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ pattern: ARTEFACT_MARK.source })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ARTEFACT_PAGE_MAX })),
  },
  { additionalProperties: false },
)
export type ArtefactListQuery = Static<typeof ArtefactListQuery>

/** GET /v1/chains/{chain}/artefacts: in order of registration. */
export const ArtefactList = Type.Object({
  artefacts: Type.Array(ArtefactView),
  /** There may be more: pass it as `after`. */
  next: Type.Optional(Type.String()),
  asOf: AsOf,
})
export type ArtefactList = Static<typeof ArtefactList>

/** GET /v1/chains/{chain}/artefacts/{id}/content: `name` is one file of a directory. */
export const ContentQuery = Type.Object(
  { name: Type.Optional(Type.String({ minLength: 1, maxLength: 4_096 })) },
  { additionalProperties: false },
)
export type ContentQuery = Static<typeof ContentQuery>

/**
 * GET /v1/chains/{chain}/artefacts/{id}/contents: the files of a directory, one after the other in the
 * order of its manifest, which says where each ends. `first` is the place of the first one in it.
 */
export const ContentsQuery = Type.Object(
  { first: Type.Optional(Type.Integer({ minimum: 0, maximum: MANIFEST_FILES_MAX })) },
  { additionalProperties: false },
)
export type ContentsQuery = Static<typeof ContentsQuery>
