import type { Digest } from '../../digest.ts'
import {
  LINEAGE_CHILDREN_MAX,
  LINEAGE_COUNTED_MAX,
  LINEAGE_DEPTH_MAX,
  LINEAGE_EDGES_MAX,
  LINEAGE_NODES_MAX,
} from '../../limits.ts'
import type { FamilyEdge } from '../../replica/blocks/family-entry.ts'
import { PAUSE, type Query } from '../query.ts'
import type { LedgerView } from '../read-record.ts'
import { markRecalledOrigins } from '../recalls/recalled-origins.ts'
import { childrenOf, mustReadRelative, nodeOf, type Relative, readRelative } from './family.ts'
import type { LineageEdge, LineageGraph, LineageNode, UnknownAncestry } from './lineage-graph.ts'

/** How far a lineage reaches. */
export interface LineageReach {
  /** Generations of ancestors, at most and by default LINEAGE_DEPTH_MAX. */
  readonly up?: number
  /** Generations of descendants, at most LINEAGE_DEPTH_MAX; by default one, and the first few of it. */
  readonly down?: number
}

/**
 * The family tree of one artefact: at most LINEAGE_NODES_MAX ancestors and as many descendants.
 *
 * @returns undefined for an id that registers no artefact
 */
export function* lineage(
  ledger: LedgerView,
  root: Digest,
  { up = LINEAGE_DEPTH_MAX, down }: LineageReach = {},
): Query<LineageGraph | undefined> {
  const start = readRelative(ledger, root)
  if (start === undefined) return undefined
  const family = new Family(ledger, start)
  yield* climb(family, start, Math.min(up, LINEAGE_DEPTH_MAX))
  yield* descend(family, start, {
    generations: Math.min(down ?? 1, LINEAGE_DEPTH_MAX),
    nodesMax: down === undefined ? LINEAGE_CHILDREN_MAX : LINEAGE_NODES_MAX,
  })
  return family.graph()
}

class Family {
  readonly ledger: LedgerView
  readonly #root: Digest
  readonly #nodes: LineageNode[] = []
  readonly #edges: LineageEdge[] = []
  readonly #unknown: UnknownAncestry[] = []
  readonly #truncated = new Map<Digest, number>()
  readonly #truncatedBelow = new Map<Digest, number>()
  readonly #known = new Set<Digest>()

  constructor(ledger: LedgerView, { record }: Relative) {
    this.ledger = ledger
    this.#root = record
    this.#known.add(record)
  }

  get size(): number {
    return this.#known.size
  }

  /** Room for edges is left: those of a thousand hostile certificates would fill the memory. */
  get hasRoom(): boolean {
    return this.#edges.length + this.#unknown.length < LINEAGE_EDGES_MAX
  }

  has(record: Digest): boolean {
    return this.#known.has(record)
  }

  /** @returns false when it is among the nodes already */
  meet(record: Digest): boolean {
    if (this.#known.has(record)) return false
    this.#known.add(record)
    return true
  }

  addNode(relative: Relative, depth: number): void {
    this.#nodes.push(nodeOf(this.ledger, relative, depth))
  }

  addUnknown({ record, entry }: Relative): void {
    for (const origin of entry.unknown) this.#unknown.push({ ...origin, to: record })
  }

  addEdge({ record: from, ...edge }: FamilyEdge, to: Digest): void {
    this.#edges.push({ ...edge, from, to })
  }

  leaveOut(record: Digest): void {
    this.#truncated.set(record, (this.#truncated.get(record) ?? 0) + 1)
  }

  leaveOutBelow(record: Digest): void {
    this.#truncatedBelow.set(record, (this.#truncatedBelow.get(record) ?? 0) + 1)
  }

  graph(): LineageGraph {
    return {
      root: this.#root,
      nodes: markRecalledOrigins(this.#nodes, this.#edges),
      edges: this.#edges,
      unknown: this.#unknown,
      truncated: Object.fromEntries(this.#truncated),
      truncatedBelow: Object.fromEntries(this.#truncatedBelow),
    }
  }
}

/** All ancestors, generation by generation. Edges point to older records only, so this ends. */
function* climb(family: Family, start: Relative, depthMax: number): Query<void> {
  let generation = [start]
  for (let depth = 0; generation.length > 0; depth++) {
    const next: Relative[] = []
    for (const relative of generation) {
      yield PAUSE
      const { record, entry } = relative
      family.addNode(relative, depth)
      family.addUnknown(relative)
      for (const edge of entry.edges) {
        const known = family.has(edge.record)
        const tooFar = !known && (depth >= depthMax || family.size >= LINEAGE_NODES_MAX)
        if (tooFar || !family.hasRoom) {
          family.leaveOut(record)
          continue
        }
        family.addEdge(edge, record)
        if (family.meet(edge.record)) next.push(mustReadRelative(family.ledger, edge.record))
      }
    }
    generation = next
  }
}

interface DownReach {
  readonly generations: number
  readonly nodesMax: number
}

/** Descendants, generation by generation; those beyond the reach are counted where they would hang. */
function* descend(family: Family, start: Relative, reach: DownReach): Query<void> {
  const { generations, nodesMax } = reach
  const last = family.size + nodesMax
  const descendants: Relative[] = []
  let generation: readonly Digest[] = [start.record]
  for (let depth = 1; generation.length > 0; depth++) {
    const next: Digest[] = []
    for (const parent of generation) {
      const isFull = depth > generations || family.size >= last || !family.hasRoom
      const limit = LINEAGE_COUNTED_MAX + (isFull ? 0 : LINEAGE_NODES_MAX)
      for (const child of yield* childrenOf(parent, limit)) {
        if (family.has(child)) continue
        const tooFar = depth > generations || family.size >= last || !family.hasRoom
        if (tooFar) {
          family.leaveOutBelow(parent)
          continue
        }
        yield PAUSE
        family.meet(child)
        const relative = mustReadRelative(family.ledger, child)
        family.addNode(relative, -depth)
        descendants.push(relative)
        next.push(child)
      }
    }
    generation = next
  }
  yield* connect(family, descendants)
}

/** A merge has several parents: its edges are drawn when all that is drawn is known. */
function* connect(family: Family, descendants: readonly Relative[]): Query<void> {
  for (const { record, entry } of descendants) {
    yield PAUSE
    for (const edge of entry.edges) {
      if (!family.has(edge.record)) continue
      if (family.hasRoom) family.addEdge(edge, record)
      else family.leaveOut(record)
    }
  }
}
