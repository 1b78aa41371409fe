import { assert } from '../assert.ts'
import { compareBytes, toHex } from '../bytes.ts'
import { type Digest, digestBytes, hashBytes, toDigest } from '../digest.ts'
import type { Reader } from '../ports.ts'
import { nodeHash } from './merkle.ts'
import {
  bitAt,
  EMPTY_HASH,
  PATH_BITS,
  pathOf,
  treeLeafHash,
  treeNodeHash,
} from './state-tree-node.ts'
import { FIRST_BORDER, readPage, TOP, type TreeNode, type TreePage } from './state-tree-page.ts'

/**
 * Proves what the state holds under one key, or that it holds nothing there. Digests that come from
 * a stranger were checked by whoever decoded them (isDigest).
 */
export interface StateProof {
  /** From the sibling of the place where the key's path ends up to a child of the root. */
  readonly siblings: readonly Digest[]
  /**
   * The leaf of another key that stands where this key's would: the proof of absence beside a
   * neighbour. Null where the key's own leaf stands there, or nothing.
   */
  readonly other: { readonly path: Digest; readonly valueHash: Digest } | null
}

/** Works for keys that are there and for keys that are not. */
export function proveState(reader: Reader, stateKey: string): StateProof {
  const path = pathOf(stateKey)
  const digits = toHex(path)
  const siblings: Digest[] = []
  let page = readPage(reader, '')
  let place = TOP
  let node = page?.at(TOP)
  while (node?.kind === 'inner') {
    const depth = siblings.length
    if (place >= FIRST_BORDER) {
      page = readPage(reader, digits.slice(0, depth / 4))
      place = TOP
    }
    assert(page !== undefined, 'an inner node at the border of a page has a page below it')
    const turn = bitAt(path, depth)
    siblings.push(hashAt(page, 2 * place + 1 - turn))
    place = 2 * place + turn
    node = page.at(place)
  }
  return { siblings: siblings.reverse(), other: otherLeaf(node, path) }
}

function hashAt(page: TreePage, place: number): Digest {
  return toDigest(treeNodeHash(page.at(place)))
}

function otherLeaf(node: TreeNode | undefined, path: Uint8Array): StateProof['other'] {
  if (node?.kind !== 'leaf' || compareBytes(node.path, path) === 0) return null
  return { path: toDigest(node.path), valueHash: toDigest(node.valueHash) }
}

/**
 * Whether a state of that root holds `value` under the key; undefined claims that it holds nothing.
 */
export function verifyStateProof(
  root: Digest,
  stateKey: string,
  value: Uint8Array | undefined,
  proof: StateProof,
): boolean {
  if (proof.siblings.length > PATH_BITS) return false
  const path = pathOf(stateKey)
  const end = endHash(path, value, proof)
  if (end === undefined) return false
  let hash = end
  let depth = proof.siblings.length
  for (const digest of proof.siblings) {
    depth -= 1
    const sibling = digestBytes(digest)
    hash = bitAt(path, depth) === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
  }
  return toDigest(hash) === root
}

/** What stands at the end of the key's path, if the claim is true; undefined if proof and claim disagree. */
function endHash(
  path: Uint8Array,
  value: Uint8Array | undefined,
  { siblings, other }: StateProof,
): Uint8Array | undefined {
  if (value !== undefined) {
    return other === null ? treeLeafHash({ path, valueHash: hashBytes(value) }) : undefined
  }
  if (other === null) return EMPTY_HASH
  const otherPath = digestBytes(other.path)
  const strays = !sharesTurns(path, otherPath, siblings.length)
  if (strays || compareBytes(path, otherPath) === 0) return undefined
  return treeLeafHash({ path: otherPath, valueHash: digestBytes(other.valueHash) })
}

/** A leaf that stood elsewhere would prove nothing about this key. */
function sharesTurns(a: Uint8Array, b: Uint8Array, turns: number): boolean {
  for (let depth = 0; depth < turns; depth++) if (bitAt(a, depth) !== bitAt(b, depth)) return false
  return true
}
