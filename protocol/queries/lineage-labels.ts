import { printable } from '../encoding/printable.ts'
import type { LineageEdge, LineageNode, UnknownAncestry } from './lineage-graph.ts'

/** The words that every rendering of a family tree uses. Foreign text in them is on one line and visible. */
const ID_DIGITS_SHOWN = 12

export function nodeTitle(node: LineageNode): string {
  return printable(`${node.organisation}/${node.name}@${node.version}`)
}

export function nodeDetail(node: LineageNode): string {
  const id = node.record.slice(0, ID_DIGITS_SHOWN)
  return `${node.type}, ${node.state}, signed by ${printable(node.signer)}, ${id}`
}

/** What the younger one calls the older one. */
export function edgeLabel(edge: Pick<LineageEdge, 'kind' | 'relation'>): string {
  return edge.relation ?? edge.kind
}

export function unknownTitle(unknown: UnknownAncestry): string {
  if (unknown.kind === 'dataset') return printable(`unknown dataset: ${unknown.reason}`)
  const revision = unknown.revision === undefined ? '' : `@${unknown.revision}`
  return printable(`external, not on the ledger: ${unknown.uri}${revision}`)
}

export function unknownLabel(unknown: UnknownAncestry): string {
  return unknown.kind === 'dataset' ? 'dataset' : unknown.relation
}

export function moreTitle(count: number): string {
  return `+${count} more`
}
