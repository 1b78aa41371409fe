import { type Static, Type } from 'typebox'
import { AsOf, Cid, DigestText, Height, LedgerTime, OrganisationName } from './common.ts'

export const DatasetEdgeView = Type.Union([
  Type.Object({ kind: Type.Literal('certified'), record: DigestText, digest: DigestText }),
  Type.Object({ kind: Type.Literal('unknown'), reason: Type.String() }),
])

const RelationText = Type.Union([
  Type.Literal('finetune'),
  Type.Literal('adapter'),
  Type.Literal('quantized'),
  Type.Literal('merge'),
  Type.Literal('distilled'),
])

export const ParentEdgeView = Type.Union([
  Type.Object({
    kind: Type.Literal('certified'),
    record: DigestText,
    digest: DigestText,
    relation: RelationText,
  }),
  Type.Object({
    kind: Type.Literal('external'),
    uri: Type.String(),
    revision: Type.Optional(Type.String()),
    digest: Type.Optional(DigestText),
    relation: RelationText,
  }),
])

/** One record about an artefact, in the order of the ledger. */
export const ArtefactEvent = Type.Object({
  record: DigestText,
  type: Type.String(),
  height: Height,
  reason: Type.Optional(Type.String()),
})
export type ArtefactEvent = Static<typeof ArtefactEvent>

const artefactFields = {
  /** Id of the artefact: that of the record that registered it. */
  record: DigestText,
  type: Type.Union([Type.Literal('dataset'), Type.Literal('model')]),
  name: Type.String(),
  version: Type.String(),
  organisation: OrganisationName,
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
  description: Type.Optional(Type.String()),
  datasets: Type.Optional(Type.Array(DatasetEdgeView)),
  parents: Type.Optional(Type.Array(ParentEdgeView)),
  events: Type.Array(ArtefactEvent),
}

export const ArtefactView = Type.Object(artefactFields)
export type ArtefactView = Static<typeof ArtefactView>

/** GET /v1/chains/{chain}/artefacts/{id} */
export const ArtefactAnswer = Type.Object({ ...artefactFields, asOf: AsOf })
export type ArtefactAnswer = Static<typeof ArtefactAnswer>

export const ARTEFACT_PAGE_MAX = 500
export const ARTEFACT_PAGE_DEFAULT = 100

export const ArtefactListQuery = Type.Object(
  {
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
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
