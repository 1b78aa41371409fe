import { assert } from '../assert.ts'
import type { Digest } from '../digest.ts'
import { LINEAGE_DEPTH_MAX, LINEAGE_DESCENDANTS_MAX, LINEAGE_NODES_MAX } from '../limits.ts'
import { isSalted, subjectDigest, subjectOf } from '../records/consistency.ts'
import { PREFIXES } from '../storage-keys.ts'
import {
  type ArtefactRecord,
  artefactState,
  type CommittedArtefact,
  readCommittedArtefact,
} from './artefact-view.ts'
import type { LineageEdge, LineageGraph, LineageNode, UnknownAncestry } from './lineage-graph.ts'
import type { Query } from './query.ts'
import type { LedgerView } from './read-record.ts'

/**
 * The family tree of one artefact.
 *
 * @param depthMax generations of ancestors to follow, at most LINEAGE_DEPTH_MAX
 * @returns undefined for an id that registers no artefact
 */
export function* lineage(
  ledger: LedgerView,
  root: Digest,
  depthMax = LINEAGE_DEPTH_MAX,
): Query<LineageGraph | undefined> {
  const start = readCommittedArtefact(ledger, root)
  if (start === undefined) return undefined
  const family = climb(ledger, start, Math.min(depthMax, LINEAGE_DEPTH_MAX))
  const prefix = `${PREFIXES.descendant}${root}/`
  const children = yield { prefix, limit: LINEAGE_NODES_MAX }
  for (const { key } of children.slice(0, LINEAGE_DESCENDANTS_MAX)) {
    addDescendant(ledger, family, { root, child: key.slice(prefix.length) as Digest })
  }
  const moreDescendants = Math.max(0, children.length - LINEAGE_DESCENDANTS_MAX)
  const { nodes, edges, unknown, truncated } = family
  return { root, nodes, edges, unknown, truncated: Object.fromEntries(truncated), moreDescendants }
}

interface Family {
  readonly nodes: LineageNode[]
  readonly edges: LineageEdge[]
  readonly unknown: UnknownAncestry[]
  readonly truncated: Map<Digest, number>
}

/** All ancestors, generation by generation. Edges point to older records only, so this ends. */
function climb(ledger: LedgerView, start: CommittedArtefact, depthMax: number): Family {
  const family: Family = { nodes: [], edges: [], unknown: [], truncated: new Map() }
  const known = new Set<Digest>([start.record.id])
  let generation = [start]
  for (let depth = 0; generation.length > 0; depth++) {
    const next: CommittedArtefact[] = []
    for (const found of generation) {
      addNode(ledger, family, found, depth)
      for (const edge of certifiedEdges(found.record)) {
        const followed = known.has(edge.from)
        if (!followed && (depth >= depthMax || known.size >= LINEAGE_NODES_MAX)) {
          family.truncated.set(edge.to, (family.truncated.get(edge.to) ?? 0) + 1)
          continue
        }
        family.edges.push(edge)
        if (followed) continue
        known.add(edge.from)
        next.push(mustRead(ledger, edge.from))
      }
    }
    generation = next
  }
  return family
}

function addNode(
  ledger: LedgerView,
  family: Family,
  found: CommittedArtefact,
  depth: number,
): void {
  const unknown = unknownAncestry(found.record)
  family.unknown.push(...unknown)
  family.nodes.push(nodeOf(ledger, found, { depth, hasUnknown: unknown.length > 0 }))
}

function addDescendant(
  ledger: LedgerView,
  family: Family,
  { root, child }: { readonly root: Digest; readonly child: Digest },
): void {
  const found = mustRead(ledger, child)
  const edge = certifiedEdges(found.record).find(({ from }) => from === root)
  assert(edge !== undefined, 'a descendant names its ancestor')
  const hasUnknown = unknownAncestry(found.record).length > 0
  family.edges.push(edge)
  family.nodes.push(nodeOf(ledger, found, { depth: -1, hasUnknown }))
}

function mustRead(ledger: LedgerView, id: Digest): CommittedArtefact {
  const found = readCommittedArtefact(ledger, id)
  assert(found !== undefined, 'a certified edge leads to an artefact on the ledger')
  return found
}

function nodeOf(
  ledger: LedgerView,
  { record, author }: CommittedArtefact,
  { depth, hasUnknown }: { readonly depth: number; readonly hasUnknown: boolean },
): LineageNode {
  const { artefact } = record.statement.predicate
  const subject = subjectOf(record.statement)
  const digest = subjectDigest(subject)
  return {
    record: record.id,
    type: record.type,
    name: artefact.name,
    version: artefact.version,
    organisation: author.organisation,
    signer: author.name,
    state: artefactState(ledger, record.id),
    ...(isSalted(subject) ? { saltedSha256: digest } : { sha256: digest }),
    depth,
    ...(hasUnknown ? { unknownAncestry: true as const } : {}),
  }
}

/** The edges of a birth certificate that name a record. */
export function certifiedEdges(record: ArtefactRecord): readonly LineageEdge[] {
  if (record.type === 'dataset') return []
  const { datasets, parents } = record.statement.predicate
  const to = record.id
  return [
    ...datasets.flatMap((edge) =>
      edge.kind === 'certified' ? [{ from: edge.record, to, kind: 'dataset' as const }] : [],
    ),
    ...parents.flatMap((edge) =>
      edge.kind === 'certified'
        ? [{ from: edge.record, to, kind: 'parent' as const, relation: edge.relation }]
        : [],
    ),
  ]
}

/** The edges that say openly that no record exists. */
export function unknownAncestry(record: ArtefactRecord): readonly UnknownAncestry[] {
  if (record.type === 'dataset') return []
  const { datasets, parents } = record.statement.predicate
  const to = record.id
  return [
    ...datasets.flatMap((edge) =>
      edge.kind === 'unknown' ? [{ to, kind: 'dataset' as const, reason: edge.reason }] : [],
    ),
    ...parents.flatMap((edge) => {
      if (edge.kind !== 'external') return []
      const { kind: _, ...external } = edge
      return [{ to, kind: 'parent' as const, ...external }]
    }),
  ]
}
