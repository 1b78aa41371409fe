import type { Digest } from '../../digest.ts'
import type { LineageEdge, LineageNode } from '../family/lineage-graph.ts'

/**
 * Marks what stands on something recalled, however far down. Only what is among the nodes counts: a
 * descendant may have other ancestors, which `verify` looks at.
 */
export function markRecalledOrigins(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
): readonly LineageNode[] {
  const recalled = nodes.filter(({ recall }) => recall !== undefined)
  if (recalled.length === 0) return nodes
  const origins = new Map<Digest, Digest>()
  const below = childrenByParent(edges)
  for (const { record } of recalled) {
    const waiting = [record]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const child of below.get(next) ?? []) {
        if (origins.has(child)) continue
        origins.set(child, record)
        waiting.push(child)
      }
    }
  }
  return nodes.map((node) => {
    const recalledOrigin = origins.get(node.record)
    return recalledOrigin === undefined ? node : { ...node, recalledOrigin }
  })
}

function childrenByParent(edges: readonly LineageEdge[]): ReadonlyMap<Digest, readonly Digest[]> {
  const below = new Map<Digest, Digest[]>()
  for (const { from, to } of edges) {
    const children = below.get(from)
    if (children === undefined) below.set(from, [to])
    else children.push(to)
  }
  return below
}
