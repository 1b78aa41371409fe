import type { LineageEdge } from '../../protocol/queries/family/lineage-graph.ts'
import type { How, Subset } from '../../protocol/records/certificates/certificates.ts'
import type { EdgeKind } from '../../protocol/rules/edges.ts'
import { formatCount } from './format.ts'

/** From the younger one to the older one. */
const EDGE_WORDS: { readonly [kind in EdgeKind]: string } = {
  input: 'made from',
  dataset: 'trained on',
  pipeline: 'built with',
  finetune: 'finetune of',
  adapter: 'adapter of',
  quantized: 'quantized from',
  merge: 'merge of',
  distilled: 'distilled from',
}

/** From the older one to the younger one. */
const MADE_WORDS: { readonly [kind in EdgeKind]: string } = {
  input: 'made into',
  dataset: 'trained',
  pipeline: 'built',
  finetune: 'finetuned to',
  adapter: 'adapted by',
  quantized: 'quantized to',
  merge: 'merged into',
  distilled: 'distilled to',
}

export function edgeWords(kind: EdgeKind): string {
  return EDGE_WORDS[kind]
}

export function madeWords(kind: EdgeKind): string {
  return MADE_WORDS[kind]
}

/** How an edge is known, and which part it speaks of: "4,800 of 5,012 files, observed". */
export function evidenceWords({ how, subset }: Pick<LineageEdge, 'how' | 'subset'>): string {
  return [...(subset === undefined ? [] : [subsetWords(subset)]), howWords(how)].join(', ')
}

export function howWords(how: How | undefined): string {
  return how ?? 'declared'
}

export function subsetWords({ kind, count, of }: Subset): string {
  return `${formatCount(count)} of ${formatCount(of)} ${kind}`
}
