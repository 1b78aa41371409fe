import type { Digest } from '../digest.ts'
import type { LineageGraph, LineageNode } from './lineage-graph.ts'
import {
  edgeLabel,
  moreTitle,
  nodeDetail,
  nodeTitle,
  unknownLabel,
  unknownTitle,
} from './lineage-labels.ts'

/** A family tree as text: ancestors as branches below the root, descendants in a list of their own. */
export function renderTree(graph: LineageGraph): string {
  const tree = new TreeText(graph)
  return [...tree.ancestors(), ...tree.descendants()].join('\n')
}

interface Branch {
  readonly title: string
  /** Undefined where nothing grows further. */
  readonly record?: Digest
}

interface Work extends Branch {
  /** What the lines of the branches above put in front. */
  readonly indent: string
  readonly isLast: boolean
}

class TreeText {
  readonly #graph: LineageGraph
  readonly #nodes: ReadonlyMap<Digest, LineageNode>
  readonly #branches: ReadonlyMap<Digest, readonly Branch[]>

  constructor(graph: LineageGraph) {
    this.#graph = graph
    this.#nodes = new Map(graph.nodes.map((node) => [node.record, node]))
    this.#branches = branchesOf(graph)
  }

  /** Without recursion: a family may be a thousand generations deep. What was drawn once is named. */
  ancestors(): readonly string[] {
    const { root } = this.#graph
    const lines = [this.#line(root)]
    const drawn = new Set<Digest>([root])
    const waiting = this.#below(root, '')
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { record, indent, isLast, title } = next
      const stem = `${indent}${isLast ? '└─' : '├─'} ${title}`
      if (record === undefined) {
        lines.push(stem)
        continue
      }
      const again = drawn.has(record)
      lines.push(`${stem} ${this.#line(record)}${again ? ' (as above)' : ''}`)
      drawn.add(record)
      if (!again) waiting.push(...this.#below(record, `${indent}${isLast ? '   ' : '│  '}`))
    }
    return lines
  }

  descendants(): readonly string[] {
    const { nodes, edges, root, moreDescendants } = this.#graph
    const children = nodes.filter(({ depth }) => depth < 0)
    if (children.length === 0) return []
    const labels = new Map(
      edges.filter(({ from }) => from === root).map((edge) => [edge.to, edgeLabel(edge)]),
    )
    const lines = children.map(
      ({ record }) => `→ ${labels.get(record) ?? ''} ${this.#line(record)}`,
    )
    const more = moreDescendants === 0 ? [] : [`→ ${moreTitle(moreDescendants)}`]
    return ['', 'used by', ...lines, ...more]
  }

  /** In the order in which a stack gives them back: the first on top. */
  #below(record: Digest, indent: string): Work[] {
    const branches = this.#branches.get(record) ?? []
    return branches
      .map((branch, i) => ({ ...branch, indent, isLast: i === branches.length - 1 }))
      .reverse()
  }

  #line(record: Digest): string {
    const node = this.#nodes.get(record)
    return node === undefined ? record : `${nodeTitle(node)}  (${nodeDetail(node)})`
  }
}

function branchesOf(graph: LineageGraph): ReadonlyMap<Digest, readonly Branch[]> {
  const branches = new Map<Digest, Branch[]>()
  const add = (to: Digest, branch: Branch) => {
    const list = branches.get(to)
    if (list === undefined) branches.set(to, [branch])
    else list.push(branch)
  }
  for (const edge of graph.edges) add(edge.to, { title: edgeLabel(edge), record: edge.from })
  for (const unknown of graph.unknown) {
    add(unknown.to, { title: `${unknownLabel(unknown)} ${unknownTitle(unknown)}` })
  }
  for (const [record, count] of Object.entries(graph.truncated)) {
    add(record as Digest, { title: moreTitle(count) })
  }
  return branches
}
