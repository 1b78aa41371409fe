import type {
  LineageEdge,
  LineageGraph,
  LineageNode,
} from '../../protocol/queries/family/lineage-graph.ts'
import type { How } from '../../protocol/records/certificates/certificates.ts'
import { edgeWords, evidenceWords } from './edge-words.ts'
import { marksOf, moreWords, nodeWords, unknownWords } from './lineage-words.ts'

/** Pictures of a family for other programs. Arrows run from an ancestor to what was made from it. */

/** Graphviz. */
export function lineageDot(graph: LineageGraph): readonly string[] {
  const { nodes, edges, unknown } = graph
  return [
    'digraph lineage {',
    '  rankdir=LR; node [shape=box];',
    ...nodes.map(
      (node) => `  "${node.record}" [label="${dotLabel(node)}"${dotStyle(graph, node)}];`,
    ),
    ...unknown.map(
      (origin, i) => `  "unknown${i}" [label="${dotText(unknownWords(origin))}", style=dashed];`,
    ),
    ...restsOf(graph).map(
      ({ words }, i) => `  "more${i}" [label="${dotText(words)}", shape=plaintext];`,
    ),
    ...edges.map(
      (edge) =>
        `  "${edge.from}" -> "${edge.to}" [label="${dotText(label(edge))}", style=${DOT_EVIDENCE[edge.how ?? 'declared']}];`,
    ),
    ...unknown.map(({ to }, i) => `  "unknown${i}" -> "${to}" [style=dashed];`),
    ...restsOf(graph).map(({ record, isAbove }, i) =>
      isAbove ? `  "more${i}" -> "${record}";` : `  "${record}" -> "more${i}";`,
    ),
    '}',
  ]
}

const DOT_EVIDENCE: { readonly [how in How]: string } = {
  observed: 'bold',
  declared: 'solid',
  inferred: 'dotted',
}

/** Mermaid, as Markdown viewers draw it. */
export function lineageMermaid(graph: LineageGraph): readonly string[] {
  const { nodes, edges, unknown } = graph
  const names = new Map(nodes.map(({ record }, i) => [record as string, `n${i}`]))
  const nameOf = (record: string) => names.get(record) ?? 'n'
  return [
    'flowchart LR',
    ...nodes.map(
      (node) => `  ${nameOf(node.record)}["${nodeLines(node).map(mermaidText).join('<br/>')}"]`,
    ),
    ...unknown.map((origin, i) => `  u${i}["${mermaidText(unknownWords(origin))}"]`),
    ...restsOf(graph).map(({ words }, i) => `  m${i}("${mermaidText(words)}")`),
    ...edges.map(
      (edge) => `  ${nameOf(edge.from)} -->|"${mermaidText(label(edge))}"| ${nameOf(edge.to)}`,
    ),
    ...unknown.map(({ to }, i) => `  u${i} -.-> ${nameOf(to)}`),
    ...restsOf(graph).map(({ record, isAbove }, i) =>
      isAbove ? `  m${i} --> ${nameOf(record)}` : `  ${nameOf(record)} --> m${i}`,
    ),
  ]
}

/** What is counted and not drawn. */
interface Rest {
  readonly record: string
  readonly words: string
  readonly isAbove: boolean
}

function restsOf({ truncated, truncatedBelow }: LineageGraph): readonly Rest[] {
  const rests = (counts: LineageGraph['truncated'], isAbove: boolean) =>
    Object.entries(counts).map(([record, count]) => ({ record, words: moreWords(count), isAbove }))
  return [...rests(truncated, true), ...rests(truncatedBelow, false)]
}

function label(edge: LineageEdge): string {
  return `${edgeWords(edge.kind)} (${evidenceWords(edge)})`
}

function nodeLines(node: LineageNode): readonly string[] {
  const marks = marksOf(node)
  return [nodeWords(node), ...(marks.length === 0 ? [] : [marks.join(', ')])]
}

function dotLabel(node: LineageNode): string {
  return nodeLines(node).map(dotText).join('\\n')
}

function dotStyle({ root }: LineageGraph, node: LineageNode): string {
  const { record, recall, recalledOrigin, state } = node
  const isRecalled = recall !== undefined || recalledOrigin !== undefined
  const color = isRecalled ? ', color=red' : state === 'retired' ? ', color=gray' : ''
  return `${record === root ? ', penwidth=2' : ''}${color}`
}

function dotText(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}

/** Mermaid reads HTML and Markdown inside labels: all but plain characters become references. */
function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/@+-]/gu, (mark) => `#${mark.codePointAt(0)};`)
}
