import type { LineageGraph, LineageNode } from '../../protocol/queries/lineage-graph.ts'
import { fullName } from '../artefacts/describe.ts'
import { edgeWords, unknownWords } from './lineage-tree.ts'

/** Pictures of a family for other programs. Arrows run from an ancestor to what was made from it. */

/** Graphviz. */
export function lineageDot(graph: LineageGraph): readonly string[] {
  return [
    'digraph lineage {',
    '  rankdir=LR; node [shape=box];',
    ...graph.nodes.map(
      (node) => `  "${node.record}" [label="${dotText(label(node))}"${dotStyle(graph, node)}];`,
    ),
    ...graph.unknown.map(
      (ancestry, i) =>
        `  "unknown${i}" [label="${dotText(unknownWords(ancestry))}", style=dashed];`,
    ),
    ...graph.edges.map(
      (edge) => `  "${edge.from}" -> "${edge.to}" [label="${dotText(edgeWords(edge))}"];`,
    ),
    ...graph.unknown.map(({ to }, i) => `  "unknown${i}" -> "${to}" [style=dashed];`),
    '}',
  ]
}

/** Mermaid, as Markdown viewers draw it. */
export function lineageMermaid(graph: LineageGraph): readonly string[] {
  const names = new Map(graph.nodes.map(({ record }, i) => [record, `n${i}`]))
  const nameOf = (record: LineageNode['record']) => names.get(record) ?? 'n'
  return [
    'flowchart LR',
    ...graph.nodes.map((node) => `  ${nameOf(node.record)}["${mermaidText(label(node))}"]`),
    ...graph.unknown.map((ancestry, i) => `  u${i}["${mermaidText(unknownWords(ancestry))}"]`),
    ...graph.edges.map(
      (edge) => `  ${nameOf(edge.from)} -->|${mermaidText(edgeWords(edge))}| ${nameOf(edge.to)}`,
    ),
    ...graph.unknown.map(({ to }, i) => `  u${i} -.-> ${nameOf(to)}`),
  ]
}

function label(node: LineageNode): string {
  return `${node.type} ${fullName(node)}${node.state === 'registered' ? '' : ` [${node.state}]`}`
}

function dotStyle({ root }: LineageGraph, { record }: LineageNode): string {
  return record === root ? ', penwidth=2' : ''
}

function dotText(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}

/** Everything that could end a label or start markup becomes a character reference. */
function mermaidText(text: string): string {
  return text.replace(/["#<>|[\]{}()&`\\]/g, (character) => `#${character.charCodeAt(0)};`)
}
