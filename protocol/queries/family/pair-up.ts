import type { Digest } from '../../digest.ts'
import type { LineageGraph, LineageNode } from './lineage-graph.ts'

export interface PairedFamilies {
  /** Nodes that are in both. */
  readonly same: number
  /** The same artefact by its name, of different records; the oldest generation first. */
  readonly pairs: readonly { readonly a: LineageNode; readonly b: LineageNode }[]
  readonly onlyA: readonly LineageNode[]
  readonly onlyB: readonly LineageNode[]
}

/**
 * Finds what of two families is one artefact in two versions: the two roots, and whatever bears the
 * same name in the same organisation. Where a name comes several times, the nearest generations pair.
 */
export function pairUp(a: LineageGraph, b: LineageGraph): PairedFamilies {
  const inA = new Set(a.nodes.map(({ record }) => record))
  const inB = new Set(b.nodes.map(({ record }) => record))
  const aside = a.root === b.root ? new Set<Digest>() : new Set([a.root, b.root])
  const restA = a.nodes.filter(({ record }) => !inB.has(record) && !aside.has(record))
  const restB = byName(b.nodes.filter(({ record }) => !inA.has(record) && !aside.has(record)))
  const pairs = rootPair(a, b)
  const onlyA: LineageNode[] = []
  for (const node of restA) {
    const match = restB.get(nameOf(node))?.shift()
    if (match === undefined) onlyA.push(node)
    else pairs.push({ a: node, b: match })
  }
  const onlyB = [...restB.values()].flat()
  const same = a.nodes.filter(({ record }) => inB.has(record)).length
  return { same, pairs: pairs.sort((x, y) => y.a.depth - x.a.depth), onlyA, onlyB }
}

function rootPair(a: LineageGraph, b: LineageGraph): { a: LineageNode; b: LineageNode }[] {
  const [left] = a.nodes
  const [right] = b.nodes
  if (left === undefined || right === undefined || left.record === right.record) return []
  return [{ a: left, b: right }]
}

function byName(nodes: readonly LineageNode[]): Map<string, LineageNode[]> {
  const named = new Map<string, LineageNode[]>()
  for (const node of nodes) {
    const same = named.get(nameOf(node))
    if (same === undefined) named.set(nameOf(node), [node])
    else same.push(node)
  }
  return named
}

function nameOf({ type, organisation, name }: LineageNode): string {
  return `${type} ${organisation}/${name}`
}
