import { type Static, Type } from 'typebox'
import { AFFECTED_LISTED_MAX, LINEAGE_DEPTH_MAX } from '../limits.ts'
import type { Affected } from '../queries/family/downstream.ts'
import type { LineageDiff } from '../queries/family/lineage-diff.ts'
import type { LineageGraph } from '../queries/family/lineage-graph.ts'
import type { Participants } from '../queries/family/participants.ts'
import { AsOf, DigestText } from './common.ts'

/**
 * The answers about families. Their schemas name what a client depends on; the interfaces beside the
 * queries say all of it.
 */
export const LineageQuery = Type.Object(
  {
    /** Generations of ancestors; the default is all of them. */
    depth: Type.Optional(Type.Integer({ minimum: 0, maximum: LINEAGE_DEPTH_MAX })),
    /** Generations of descendants; the default is one, and the first few of it. */
    down: Type.Optional(Type.Integer({ minimum: 0, maximum: LINEAGE_DEPTH_MAX })),
  },
  { additionalProperties: false },
)
export type LineageQuery = Static<typeof LineageQuery>

const NodeView = Type.Object({
  record: DigestText,
  type: Type.String(),
  name: Type.String(),
  version: Type.String(),
  organisation: Type.String(),
  signer: Type.String(),
  owner: Type.String(),
  state: Type.String(),
  depth: Type.Integer(),
})

const UnknownView = Type.Object({ to: DigestText, kind: Type.String() })

/** GET /v1/chains/{chain}/lineage/{id} */
export type LineageAnswer = LineageGraph & { readonly asOf: AsOf }
export const LineageAnswer = Type.Unsafe<LineageAnswer>(
  Type.Object({
    root: DigestText,
    nodes: Type.Array(NodeView),
    edges: Type.Array(Type.Object({ from: DigestText, to: DigestText, kind: Type.String() })),
    unknown: Type.Array(UnknownView),
    truncated: Type.Record(Type.String(), Type.Integer()),
    truncatedBelow: Type.Record(Type.String(), Type.Integer()),
    asOf: AsOf,
  }),
)

export const AffectedQuery = Type.Object(
  {
    /** How many to name. */
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: AFFECTED_LISTED_MAX })),
  },
  { additionalProperties: false },
)
export type AffectedQuery = Static<typeof AffectedQuery>

/** GET /v1/chains/{chain}/lineage/{id}/affected */
export type AffectedAnswer = Affected & { readonly asOf: AsOf }
export const AffectedAnswer = Type.Unsafe<AffectedAnswer>(
  Type.Object({
    artefact: DigestText,
    total: Type.Integer({ minimum: 0 }),
    complete: Type.Boolean(),
    generations: Type.Array(Type.Integer({ minimum: 1 })),
    owners: Type.Array(Type.Object({ owner: Type.String(), artefacts: Type.Integer() })),
    artefacts: Type.Array(NodeView),
    more: Type.Integer({ minimum: 0 }),
    asOf: AsOf,
  }),
)

/** GET /v1/chains/{chain}/lineage/{id}/participants */
export type ParticipantsAnswer = Participants & { readonly asOf: AsOf }
export const ParticipantsAnswer = Type.Unsafe<ParticipantsAnswer>(
  Type.Object({
    root: DigestText,
    complete: Type.Boolean(),
    people: Type.Array(
      Type.Object({
        organisation: Type.String(),
        signer: Type.String(),
        deeds: Type.Array(Type.Object({ record: DigestText })),
      }),
    ),
    parts: Type.Array(NodeView),
    software: Type.Array(Type.Object({ purl: Type.String(), artefacts: Type.Integer() })),
    data: Type.Array(NodeView),
    unknown: Type.Array(UnknownView),
    asOf: AsOf,
  }),
)

export const DiffParams = Type.Object({ chain: DigestText, id: DigestText, other: DigestText })
export type DiffParams = Static<typeof DiffParams>

/** GET /v1/chains/{chain}/lineage/{id}/diff/{other} */
export type DiffAnswer = LineageDiff & { readonly asOf: AsOf }
export const DiffAnswer = Type.Unsafe<DiffAnswer>(
  Type.Object({
    a: DigestText,
    b: DigestText,
    same: Type.Integer({ minimum: 0 }),
    complete: Type.Boolean(),
    onlyA: Type.Array(NodeView),
    onlyB: Type.Array(NodeView),
    changed: Type.Array(
      Type.Object({
        a: NodeView,
        b: NodeView,
        differences: Type.Array(Type.Object({ path: Type.String() })),
      }),
    ),
    asOf: AsOf,
  }),
)
