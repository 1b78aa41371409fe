import type {
  LineageEdge,
  LineageGraph,
  LineageNode,
  UnknownAncestry,
} from '../../protocol/queries/family/lineage-graph.ts'
import { edgeWords, evidenceWords, madeWords } from './edge-words.ts'
import { formatCount, formatMany, shortId } from './format.ts'
import { type Layer, layersOf } from './lineage-layers.ts'
import { marksOf, moreWords, nodeWords, unknownWords, warningsOf } from './lineage-words.ts'
import type { Output } from './output.ts'
import { printable } from './printable.ts'
import { type Branch, drawBranches } from './tree.ts'

export interface TreeOptions {
  readonly colors: Output['colors']
  /** Direct descendants of one artefact that are drawn; the others are counted. */
  readonly childrenMax: number
}

/** The family as two trees: what it was made from, and what was made from it. Ends with the counts. */
export function lineageTree(graph: LineageGraph, options: TreeOptions): readonly string[] {
  const drawing = new Drawing(graph, options)
  const below = drawing.descendants()
  return [
    drawing.line(graph.root),
    ...drawing.ancestors(),
    ...(below.length === 0 ? [] : ['', 'made from it:', ...below]),
    '',
    ...drawing.counts(),
    'what is said here is self-declared by those who signed it',
  ]
}

/** The upper half alone, without the root itself. */
export function ancestorBranches(graph: LineageGraph, colors: Output['colors']): readonly string[] {
  return new Drawing(graph, { colors, childrenMax: 0 }).ancestors()
}

class Drawing {
  readonly #graph: LineageGraph
  readonly #options: TreeOptions
  readonly #nodes: ReadonlyMap<string, LineageNode>
  readonly #up: ReadonlyMap<string, readonly LineageEdge[]>
  readonly #down: ReadonlyMap<string, readonly LineageEdge[]>
  readonly #layersAbove: ReadonlyMap<string, Layer>
  readonly #layersBelow: ReadonlyMap<string, Layer>
  readonly #unknown: ReadonlyMap<string, readonly UnknownAncestry[]>

  constructor(graph: LineageGraph, options: TreeOptions) {
    this.#graph = graph
    this.#options = options
    this.#nodes = new Map(graph.nodes.map((node) => [node.record, node]))
    const isBelow = (record: string) => (this.#nodes.get(record)?.depth ?? 0) < 0
    this.#up = grouped(
      graph.edges.filter(({ to }) => !isBelow(to)),
      ({ to }) => to,
    )
    this.#down = grouped(
      graph.edges.filter(({ from, to }) => isBelow(to) && (isBelow(from) || from === graph.root)),
      ({ from }) => from,
    )
    this.#layersAbove = layersOf(
      graph.root,
      mapped(this.#up, ({ from }) => from),
    )
    this.#layersBelow = layersOf(
      graph.root,
      mapped(this.#down, ({ to }) => to),
    )
    this.#unknown = grouped(graph.unknown, ({ to }) => to)
  }

  ancestors(): readonly string[] {
    const { root, truncated } = this.#graph
    return drawBranches(root, (record) => [
      ...(this.#up.get(record) ?? []).map((edge) => ({
        label: `${edgeWords(edge.kind)} ${this.line(edge.from, edge)}`,
        grows: edge.from,
      })),
      ...(this.#unknown.get(record) ?? []).map((origin) => ({ label: unknownWords(origin) })),
      ...more(truncated[record] ?? 0),
    ])
  }

  descendants(): readonly string[] {
    const { root, truncatedBelow } = this.#graph
    return drawBranches(root, (record) => [
      ...this.#children(record),
      ...more(truncatedBelow[record] ?? 0),
    ])
  }

  /** Those that are drawn here, the important ones first; of those that are drawn elsewhere, a few. */
  #children(record: string): readonly Branch[] {
    const { childrenMax } = this.#options
    const edges = (this.#down.get(record) ?? []).toSorted((a, b) => this.#order(a.to, b.to))
    const here = edges.filter(({ to }) => this.#layersBelow.get(to)?.parent === record)
    const elsewhere = edges.filter(({ to }) => this.#layersBelow.get(to)?.parent !== record)
    const pointersMax = Math.min(childrenMax, elsewhere.length > POINTERS_MAX ? 0 : POINTERS_MAX)
    const pointers =
      childrenMax === Number.POSITIVE_INFINITY ? elsewhere : elsewhere.slice(0, pointersMax)
    return [
      ...here.slice(0, childrenMax).map((edge) => ({ ...this.#child(edge), grows: edge.to })),
      ...more(here.length - childrenMax, ', not drawn: --all'),
      ...pointers.map((edge) => ({ label: `${this.#child(edge).label} (drawn elsewhere)` })),
      ...more(elsewhere.length - pointers.length, ', drawn elsewhere'),
    ]
  }

  #child(edge: LineageEdge): Branch {
    return { label: `${madeWords(edge.kind)} ${this.line(edge.to, edge)}` }
  }

  counts(): readonly string[] {
    const { nodes, truncated, truncatedBelow } = this.#graph
    const recalled = nodes.filter(({ recall }) => recall !== undefined).length
    const unknown = nodes.filter(({ unknownAncestry }) => unknownAncestry === 'own').length
    const isCut = (counts: LineageGraph['truncated']) => Object.keys(counts).length > 0
    return [
      this.#count('ancestor', this.#layersAbove, isCut(truncated)),
      this.#count('descendant', this.#layersBelow, isCut(truncatedBelow)),
      ...(recalled === 0 ? [] : [`${formatCount(recalled)} of them recalled`]),
      ...(unknown === 0 ? [] : [`${formatCount(unknown)} of them made from something unknown`]),
    ]
  }

  #count(noun: string, layers: ReadonlyMap<string, Layer>, isCut: boolean): string {
    const count = `${formatMany(layers.size, noun)}${isCut ? ' shown, and more' : ''}`
    if (layers.size === 0) return count
    const organisations = new Set(
      [...layers.keys()].map((record) => this.#nodes.get(record)?.organisation),
    )
    let generations = 0
    for (const { generation } of layers.values()) generations = Math.max(generations, generation)
    const wide = formatMany(organisations.size, 'organisation')
    return `${count}: ${formatMany(generations, 'generation')}, ${wide}`
  }

  line(record: string, edge?: LineageEdge): string {
    const node = this.#nodes.get(record)
    if (node === undefined) return record
    const { colors } = this.#options
    const evidence = edge === undefined ? '' : ` ${colors.dim(`(${evidenceWords(edge)})`)}`
    const marks = marksOf(node)
    const paint = warningsOf(node).length > 0 ? colors.red : colors.green
    const shown = marks.length === 0 ? '' : ` ${paint(`[${marks.join(', ')}]`)}`
    const id = colors.dim(shortId(record))
    return `${colors.bold(nodeWords(node))}${evidence} by ${printable(node.signer)}, ${id}${shown}`
  }

  /** What must be seen comes first, then what has descendants itself, then by name. */
  #order(a: string, b: string): number {
    const [left, right] = [this.#nodes.get(a), this.#nodes.get(b)]
    if (left === undefined || right === undefined) return 0
    const urgency = Number(isUrgent(right)) - Number(isUrgent(left))
    const growth = Number(this.#down.has(b)) - Number(this.#down.has(a))
    return urgency || growth || BY_NAME.compare(nodeWords(left), nodeWords(right))
  }
}

/** So many children that hang under another parent are named; more of them are counted. */
const POINTERS_MAX = 3
const BY_NAME = new Intl.Collator('en', { numeric: true })

function isUrgent(node: LineageNode): boolean {
  return node.recall !== undefined || node.invalid !== undefined || node.state === 'retired'
}

function more(count: number, hint = ''): readonly Branch[] {
  return count <= 0 ? [] : [{ label: `${moreWords(count)}${hint}` }]
}

function grouped<T>(
  list: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

function mapped(
  edges: ReadonlyMap<string, readonly LineageEdge[]>,
  endOf: (edge: LineageEdge) => string,
): ReadonlyMap<string, readonly string[]> {
  return new Map([...edges].map(([record, list]) => [record, list.map(endOf)]))
}
