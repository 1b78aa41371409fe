import { type Static, Type } from 'typebox'
import { AsOf, DigestText } from '../../protocol/api/common.ts'
import type { LineageGraph } from '../../protocol/queries/lineage-graph.ts'

/** GET /v1/chains/{chain}/lineage/{id}: the graph, whose shape lineage-graph.ts gives, and its freshness. */
export const LineageAnswer = Type.Intersect([
  Type.Unsafe<LineageGraph>(
    Type.Object({
      root: DigestText,
      nodes: Type.Array(Type.Object({ record: DigestText })),
      edges: Type.Array(Type.Object({ from: DigestText, to: DigestText })),
      unknown: Type.Array(Type.Object({ to: DigestText })),
      truncated: Type.Record(Type.String(), Type.Integer()),
      moreDescendants: Type.Integer(),
    }),
  ),
  Type.Object({ asOf: AsOf }),
])
export type LineageAnswer = Static<typeof LineageAnswer>
