import { assert } from '../assert.ts'
import { DIGEST_BYTES } from '../digest.ts'
import type { Reader } from '../ports.ts'
import { storageKey } from '../storage-keys.ts'

/**
 * What one place of the state tree holds. A subtree of one leaf is that leaf, wherever it stands, so
 * the tree is only as deep as keys share digits. An inner node is known by its hash: its two halves
 * are the places below it in the same page, or the first place of the page below.
 */
export type TreeNode = TreeLeaf | InnerNode

export interface TreeLeaf {
  readonly kind: 'leaf'
  /** SHA-256 of the state key: 256 turns, left for 0 and right for 1. */
  readonly path: Uint8Array
  /** SHA-256 of the state value. */
  readonly valueHash: Uint8Array
}

export interface InnerNode {
  readonly kind: 'inner'
  readonly hash: Uint8Array
}

/** The place of a page's own top; place p has its halves at 2p and 2p + 1. */
export const TOP = 1
/** From this place on a page has no halves: an inner node there continues in the page below. */
export const FIRST_BORDER = 16
const PLACES = 32
const PAGE_VERSION = 1
const MASKS_BYTES = 9
const LEAF_BYTES = 2 * DIGEST_BYTES

/**
 * Four binary levels of the state tree, stored together: one read and one write for one hexadecimal
 * digit of a path. Inner hashes are stored too, because computing them again costs more than bytes.
 *
 *   u8 version=1 | u32 places with a leaf | u32 places with an inner node | nodes by ascending place:
 *   a leaf is path(32) | value hash(32), an inner node is hash(32)
 */
export class TreePage {
  readonly #nodes: (TreeNode | undefined)[]

  constructor(nodes: (TreeNode | undefined)[] = new Array<undefined>(PLACES)) {
    this.#nodes = nodes
  }

  at(place: number): TreeNode | undefined {
    return this.#nodes[place]
  }

  set(place: number, node: TreeNode | undefined): void {
    this.#nodes[place] = node
  }

  encode(): Uint8Array {
    let leaves = 0
    let inners = 0
    let length = MASKS_BYTES
    for (let place = TOP; place < PLACES; place++) {
      const node = this.#nodes[place]
      if (node === undefined) continue
      if (node.kind === 'leaf') leaves |= 1 << place
      else inners |= 1 << place
      length += node.kind === 'leaf' ? LEAF_BYTES : DIGEST_BYTES
    }
    const bytes = new Uint8Array(length)
    const view = new DataView(bytes.buffer)
    view.setUint8(0, PAGE_VERSION)
    view.setInt32(1, leaves)
    view.setInt32(5, inners)
    this.#writeNodes(bytes)
    return bytes
  }

  #writeNodes(bytes: Uint8Array): void {
    let offset = MASKS_BYTES
    for (const node of this.#nodes) {
      if (node === undefined) continue
      if (node.kind === 'leaf') {
        bytes.set(node.path, offset)
        bytes.set(node.valueHash, offset + DIGEST_BYTES)
        offset += LEAF_BYTES
      } else {
        bytes.set(node.hash, offset)
        offset += DIGEST_BYTES
      }
    }
  }
}

/** @param digits the path from the root to the page in hexadecimal */
export function readPage(reader: Reader, digits: string): TreePage | undefined {
  const bytes = reader.get(storageKey.treePage(digits))
  return bytes === undefined ? undefined : decodePage(bytes)
}

/** A page comes from our own store: anything wrong with it is our own broken invariant. */
function decodePage(bytes: Uint8Array): TreePage {
  assert(bytes.length >= MASKS_BYTES && bytes[0] === PAGE_VERSION, 'a page has a known version')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const leaves = view.getInt32(1)
  const inners = view.getInt32(5)
  const nodes = new Array<TreeNode | undefined>(PLACES)
  let offset = MASKS_BYTES
  const take = () => {
    offset += DIGEST_BYTES
    return bytes.subarray(offset - DIGEST_BYTES, offset)
  }
  for (let place = TOP; place < PLACES; place++) {
    const bit = 1 << place
    if ((leaves & bit) !== 0) nodes[place] = { kind: 'leaf', path: take(), valueHash: take() }
    else if ((inners & bit) !== 0) nodes[place] = { kind: 'inner', hash: take() }
  }
  assert(offset === bytes.length, 'a page ends with its last node')
  return new TreePage(nodes)
}
