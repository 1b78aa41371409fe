import type {
  LineageEdge,
  LineageGraph,
  LineageNode,
  UnknownAncestry,
} from '../../protocol/queries/lineage-graph.ts'
import { fullName } from '../artefacts/describe.ts'
import { shortId } from './format.ts'
import { printable } from './printable.ts'

/** The family as an indented tree: ancestors below what was made from them, then the descendants. */
export function lineageTree(graph: LineageGraph): readonly string[] {
  const nodes = new Map(graph.nodes.map((node) => [node.record, node]))
  const root = nodes.get(graph.root)
  if (root === undefined) return []
  const lines = [describeNode(root)]
  addAncestors({ graph, nodes, lines, shown: new Set([root.record]) }, root, '')
  return [...lines, ...descendantLines(graph, nodes)]
}

interface Drawing {
  readonly graph: LineageGraph
  readonly nodes: ReadonlyMap<string, LineageNode>
  readonly lines: string[]
  /** An ancestor that is reached by several ways is drawn out once. */
  readonly shown: Set<string>
}

interface Branch {
  readonly label: string
  readonly node?: LineageNode
}

function addAncestors(drawing: Drawing, node: LineageNode, indent: string): void {
  const branches = branchesOf(drawing, node)
  for (const [i, { label, node: ancestor }] of branches.entries()) {
    const isLast = i === branches.length - 1
    drawing.lines.push(`${indent}${isLast ? '└─ ' : '├─ '}${label}`)
    if (ancestor === undefined || drawing.shown.has(ancestor.record)) continue
    drawing.shown.add(ancestor.record)
    addAncestors(drawing, ancestor, indent + (isLast ? '   ' : '│  '))
  }
}

function branchesOf({ graph, nodes, shown }: Drawing, { record }: LineageNode): readonly Branch[] {
  const certified = graph.edges
    .filter(({ to }) => to === record)
    .flatMap((edge) => {
      const node = nodes.get(edge.from)
      if (node === undefined) return []
      const again = shown.has(node.record) ? ' (drawn above)' : ''
      return [{ label: `${edgeWords(edge)} ${describeNode(node)}${again}`, node }]
    })
  const unknown = graph.unknown
    .filter(({ to }) => to === record)
    .map((ancestry) => ({ label: unknownWords(ancestry) }))
  const more = graph.truncated[record] ?? 0
  return [...certified, ...unknown, ...(more > 0 ? [{ label: `+${more} more` }] : [])]
}

function descendantLines(
  graph: LineageGraph,
  nodes: ReadonlyMap<string, LineageNode>,
): readonly string[] {
  const lines = graph.edges.flatMap((edge) => {
    const node = nodes.get(edge.to)
    const isChild = edge.from === graph.root && node?.depth === -1
    return isChild ? [`  ${describeNode(node)}, ${madeWords(edge)}`] : []
  })
  if (lines.length === 0) return []
  const more = graph.moreDescendants > 0 ? [`  +${graph.moreDescendants} more`] : []
  return ['made from it:', ...lines, ...more]
}

function describeNode(node: LineageNode): string {
  const state = node.state === 'registered' ? '' : ` [${node.state}]`
  const signer = `${printable(node.signer)} (${printable(node.organisation)})`
  return `${node.type} ${fullName(node)}${state}, self-declared by ${signer}, ${shortId(node.record)}`
}

/** From the artefact to its ancestor. */
export function edgeWords({ kind, relation }: LineageEdge): string {
  return kind === 'dataset' ? 'trained on' : `${relation ?? 'made'} of`
}

function madeWords({ kind, relation }: LineageEdge): string {
  return kind === 'dataset' ? 'trained on it' : `${relation ?? 'made'} of it`
}

export function unknownWords(ancestry: UnknownAncestry): string {
  if (ancestry.kind === 'dataset') return `trained on unknown data: ${printable(ancestry.reason)}`
  const revision = ancestry.revision === undefined ? '' : `@${printable(ancestry.revision)}`
  return `${ancestry.relation} of ${printable(ancestry.uri)}${revision}, not on the ledger`
}
