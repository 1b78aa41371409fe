import { type Static, Type } from 'typebox'
import { LINEAGE_DEPTH_MAX } from '../limits.ts'
import type { LineageGraph } from '../queries/lineage-graph.ts'
import { AsOf, DigestText } from './common.ts'

export const LineageQuery = Type.Object(
  {
    /** Generations of ancestors; the default is all of them. */
    depth: Type.Optional(Type.Integer({ minimum: 0, maximum: LINEAGE_DEPTH_MAX })),
  },
  { additionalProperties: false },
)
export type LineageQuery = Static<typeof LineageQuery>

export type LineageAnswer = LineageGraph & { readonly asOf: AsOf }

/** GET /v1/chains/{chain}/lineage/{id}: the graph, whose fields queries/lineage-graph.ts explains. */
export const LineageAnswer = Type.Unsafe<LineageAnswer>(
  Type.Object({
    root: DigestText,
    nodes: Type.Array(Type.Object({ record: DigestText, depth: Type.Integer() })),
    edges: Type.Array(Type.Object({ from: DigestText, to: DigestText, kind: Type.String() })),
    unknown: Type.Array(Type.Object({ to: DigestText, kind: Type.String() })),
    truncated: Type.Record(Type.String(), Type.Integer()),
    moreDescendants: Type.Integer({ minimum: 0 }),
    asOf: AsOf,
  }),
)
