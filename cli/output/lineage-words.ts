import { LINEAGE_COUNTED_MAX, LINEAGE_NODES_MAX } from '../../protocol/limits.ts'
import type { LineageNode, UnknownAncestry } from '../../protocol/queries/family/lineage-graph.ts'
import { fullName } from './describe-artefact.ts'
import { edgeWords } from './edge-words.ts'
import { formatCount } from './format.ts'
import { printable } from './printable.ts'

/** The words that every picture of a family uses. */

export function nodeWords(node: Pick<LineageNode, 'type' | 'organisation' | 'name' | 'version'>) {
  return `${printable(node.type)} ${fullName(node)}`
}

export function signerWords({
  signer,
  organisation,
}: Pick<LineageNode, 'signer' | 'organisation'>) {
  return `${printable(signer)} (${printable(organisation)})`
}

/** What to know before using it, the worst first. */
export function warningsOf(node: LineageNode): readonly string[] {
  const { recall, recalledOrigin, invalid, unknownAncestry, state } = node
  return [
    ...(recall === undefined ? [] : [`RECALLED since block ${recall.height}`]),
    ...(recalledOrigin === undefined ? [] : ['RECALLED origin']),
    ...(invalid === undefined ? [] : ['INVALID architecture']),
    ...(state === 'retired' ? ['retired'] : []),
    ...(unknownAncestry === undefined ? [] : ['unknown ancestry']),
  ]
}

/** Its state where it says something, then the warnings. */
export function marksOf(node: LineageNode): readonly string[] {
  const plain = node.state === 'registered' || node.state === 'retired'
  const moved = node.owner === node.organisation ? [] : [`owned by ${printable(node.owner)}`]
  return [...(plain ? [] : [printable(node.state)]), ...moved, ...warningsOf(node)]
}

export function unknownWords(ancestry: UnknownAncestry): string {
  const how = ancestry.how === undefined ? '' : ` (${ancestry.how})`
  if (ancestry.kind !== 'parent') {
    return `${edgeWords(ancestry.kind)} unknown data: ${printable(ancestry.reason)}${how}`
  }
  const revision = ancestry.revision === undefined ? '' : `@${printable(ancestry.revision)}`
  const uri = printable(ancestry.uri)
  return `${edgeWords(ancestry.relation)} ${uri}${revision}, not on the ledger${how}`
}

export function moreWords(count: number): string {
  // So far was counted: what comes after it was not looked at.
  const isOpen = count === LINEAGE_COUNTED_MAX || count >= LINEAGE_NODES_MAX
  return `+${formatCount(count)}${isOpen ? ' or more' : ' more'}`
}
