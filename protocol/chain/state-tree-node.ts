import { DIGEST_BYTES, type Digest, hashBytes, toDigest, ZERO_DIGEST } from '../digest.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { leafHash, nodeHash } from './merkle.ts'
import type { TreeLeaf, TreeNode } from './state-tree-page.ts'

/** The hash of a subtree without leaves. No SHA-256 of anything known gives it. */
export const EMPTY_HASH: Uint8Array = new Uint8Array(DIGEST_BYTES)
/** Binary levels between the root and the deepest place that a leaf can have. */
export const PATH_BITS = 8 * DIGEST_BYTES

export function pathOf(stateKey: string): Uint8Array {
  return hashBytes(utf8Encode(stateKey))
}

/** The turn at `depth` on the way to a leaf: 0 is left, 1 is right. */
export function bitAt(path: Uint8Array, depth: number): 0 | 1 {
  const byte = path[depth >> 3] ?? 0
  return ((byte >> (7 - (depth & 7))) & 1) === 0 ? 0 : 1
}

/** SHA-256(0x00 | path | value hash) */
export function treeLeafHash(leaf: Pick<TreeLeaf, 'path' | 'valueHash'>): Uint8Array {
  return leafHash(leaf.path, leaf.valueHash)
}

export function treeNodeHash(node: TreeNode | undefined): Uint8Array {
  if (node === undefined) return EMPTY_HASH
  return node.kind === 'leaf' ? treeLeafHash(node) : node.hash
}

/**
 * What two halves make together. Nothing but leaves are pulled up: an inner node beside an empty
 * half stays where it is, because its leaves share one more turn.
 */
export function joinNodes(
  left: TreeNode | undefined,
  right: TreeNode | undefined,
): TreeNode | undefined {
  if (left === undefined && right?.kind !== 'inner') return right
  if (right === undefined && left?.kind !== 'inner') return left
  return { kind: 'inner', hash: nodeHash(treeNodeHash(left), treeNodeHash(right)) }
}

export function rootOfNode(node: TreeNode | undefined): Digest {
  return node === undefined ? ZERO_DIGEST : toDigest(treeNodeHash(node))
}
