import { assert } from '../assert.ts'
import { compareBytes } from '../bytes.ts'
import { type Digest, hashBytes } from '../digest.ts'
import type { Reader, Write } from '../ports.ts'
import { type TreeChange, TreeDescent } from './state-tree-descent.ts'
import { bitAt, joinNodes, PATH_BITS, pathOf, rootOfNode } from './state-tree-node.ts'
import { readPage, TOP, type TreeLeaf, type TreeNode } from './state-tree-page.ts'

/**
 * The state tree: a key/value map with one root hash. A leaf stands at the path SHA-256(state key);
 * an empty subtree hashes to zeros, a subtree of one leaf to that leaf, any other to the hash of its
 * two halves. So the root depends on what the map holds and on nothing else: not on the order of
 * changes, not on what was deleted. Only the present tree is stored.
 */
export interface StateChange {
  readonly key: string
  /** undefined deletes. */
  readonly value: Uint8Array | undefined
}

export interface TreeUpdate {
  readonly root: Digest
  /** Pages of the tree only; the caller writes the values themselves. */
  readonly writes: readonly Write[]
}

export interface StateEntry {
  /** The state key: without the storage prefix. */
  readonly key: string
  readonly value: Uint8Array
}

/** Applies all changes at once. Of several changes of one key the last counts. */
export function updateTree(reader: Reader, changes: readonly StateChange[]): TreeUpdate {
  const descent = new TreeDescent(reader)
  const top = descent.run(sortedChanges(changes))
  return { root: rootOfNode(top), writes: descent.writes }
}

function sortedChanges(changes: readonly StateChange[]): TreeChange[] {
  const last = new Map(changes.map((change) => [change.key, change.value]))
  return Array.from(last, ([key, value]) => treeChange(pathOf(key), value)).sort((a, b) =>
    compareBytes(a.path, b.path),
  )
}

function treeChange(path: Uint8Array, value: Uint8Array | undefined): TreeChange {
  if (value === undefined) return { path, leaf: undefined }
  return { path, leaf: { kind: 'leaf', path, valueHash: hashBytes(value) } }
}

export function treeRoot(reader: Reader): Digest {
  return rootOfNode(readPage(reader, '')?.at(TOP))
}

/**
 * The root over all entries, from the values alone: what a node compares its pages with when it
 * starts, and what checks a snapshot. Holds 64 bytes for each entry.
 */
export function rebuildRoot(entries: Iterable<StateEntry>): Digest {
  const leaves: TreeLeaf[] = []
  for (const { key, value } of entries) {
    leaves.push({ kind: 'leaf', path: pathOf(key), valueHash: hashBytes(value) })
  }
  leaves.sort((a, b) => compareBytes(a.path, b.path))
  return rootOfNode(subtree(leaves, { begin: 0, end: leaves.length, depth: 0 }))
}

interface Range {
  readonly begin: number
  readonly end: number
  readonly depth: number
}

function subtree(leaves: readonly TreeLeaf[], { begin, end, depth }: Range): TreeNode | undefined {
  if (end - begin <= 1) return end > begin ? leaves[begin] : undefined
  assert(depth < PATH_BITS, 'no two entries have one key')
  let middle = begin
  while (middle < end && bitOf(leaves, middle, depth) === 0) middle += 1
  return joinNodes(
    subtree(leaves, { begin, end: middle, depth: depth + 1 }),
    subtree(leaves, { begin: middle, end, depth: depth + 1 }),
  )
}

function bitOf(leaves: readonly TreeLeaf[], index: number, depth: number): 0 | 1 {
  const leaf = leaves[index]
  assert(leaf !== undefined, 'the range lies within the leaves')
  return bitAt(leaf.path, depth)
}
