import type { Digest } from '../digest.ts'
import type { LineageGraph } from './lineage-graph.ts'
import {
  edgeLabel,
  moreTitle,
  nodeDetail,
  nodeTitle,
  unknownLabel,
  unknownTitle,
} from './lineage-labels.ts'
import { renderTree } from './render-tree.ts'

export type LineageFormat = 'tree' | 'dot' | 'mermaid'

/** A family tree in one of the forms that people and other tools read. Ends with a newline. */
export function renderLineage(graph: LineageGraph, format: LineageFormat): string {
  switch (format) {
    case 'tree':
      return `${renderTree(graph)}\n`
    case 'dot':
      return `${renderDot(picture(graph))}\n`
    case 'mermaid':
      return `${renderMermaid(picture(graph))}\n`
  }
}

/** What both drawing languages draw: boxes with names of ours, arrows from older to younger. */
interface Picture {
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

interface Box {
  readonly name: string
  readonly lines: readonly string[]
  /** Known to the ledger: a solid line around it. */
  readonly known: boolean
}

interface Arrow {
  readonly from: string
  readonly to: string
  readonly label: string
}

function picture(graph: LineageGraph): Picture {
  const names = new Map(graph.nodes.map(({ record }, i) => [record, `n${i}`]))
  const boxes: Box[] = graph.nodes.map((node, i) => ({
    name: `n${i}`,
    lines: [nodeTitle(node), nodeDetail(node)],
    known: true,
  }))
  const nameOf = (record: Digest) => names.get(record) ?? 'n0'
  const arrows: Arrow[] = graph.edges.map((edge) => ({
    from: nameOf(edge.from),
    to: nameOf(edge.to),
    label: edgeLabel(edge),
  }))
  const addLoose = (title: string, arrow: (name: string) => Arrow) => {
    const name = `u${boxes.length - graph.nodes.length}`
    boxes.push({ name, lines: [title], known: false })
    arrows.push(arrow(name))
  }
  for (const unknown of graph.unknown) {
    const label = unknownLabel(unknown)
    addLoose(unknownTitle(unknown), (from) => ({ from, to: nameOf(unknown.to), label }))
  }
  for (const [record, count] of Object.entries(graph.truncated)) {
    addLoose(moreTitle(count), (from) => ({ from, to: nameOf(record as Digest), label: '' }))
  }
  if (graph.moreDescendants > 0) {
    addLoose(moreTitle(graph.moreDescendants), (to) => ({
      from: nameOf(graph.root),
      to,
      label: '',
    }))
  }
  return { boxes, arrows }
}

function renderDot({ boxes, arrows }: Picture): string {
  return [
    'digraph lineage {',
    '  node [shape=box];',
    ...boxes.map(({ name, lines, known }) => {
      const style = known ? '' : ', style=dashed'
      return `  ${name} [label="${lines.map(escapeDot).join('\\n')}"${style}];`
    }),
    ...arrows.map(({ from, to, label }) => `  ${from} -> ${to} [label="${escapeDot(label)}"];`),
    '}',
  ].join('\n')
}

function escapeDot(text: string): string {
  return text.replace(/[\\"]/g, '\\$&')
}

function renderMermaid({ boxes, arrows }: Picture): string {
  return [
    'flowchart TD',
    ...boxes.map(({ name, lines, known }) => {
      const label = lines.map(escapeMermaid).join('<br/>')
      return known ? `  ${name}["${label}"]` : `  ${name}("${label}")`
    }),
    ...arrows.map(({ from, to, label }) =>
      label === '' ? `  ${from} --> ${to}` : `  ${from} -->|"${escapeMermaid(label)}"| ${to}`,
    ),
  ].join('\n')
}

/** Mermaid reads HTML and Markdown inside labels: all but plain characters become entities. */
function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/@+-]/gu, (mark) => `#${mark.codePointAt(0)};`)
}
