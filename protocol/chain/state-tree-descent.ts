import { assert } from '../assert.ts'
import { compareBytes, toHex } from '../bytes.ts'
import type { Reader, Write } from '../ports.ts'
import { storageKey } from '../storage-keys.ts'
import { bitAt, joinNodes } from './state-tree-node.ts'
import {
  FIRST_BORDER,
  readPage,
  TOP,
  type TreeLeaf,
  type TreeNode,
  TreePage,
} from './state-tree-page.ts'

/** A change as the tree sees it. */
export interface TreeChange {
  readonly path: Uint8Array
  /** undefined deletes. */
  readonly leaf: TreeLeaf | undefined
}

/** Where the descent stands: a place of a page, and its distance from the root. */
interface Spot {
  readonly page: TreePage
  readonly place: number
  /** In binary levels. */
  readonly depth: number
}

/**
 * Brings the tree up to date in one descent: every page on the way is read once and written once,
 * every hash computed once. Changes are sorted by path, one for each path.
 */
export class TreeDescent {
  readonly writes: Write[] = []
  readonly #reader: Reader

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** @returns what the root of the tree holds afterwards */
  run(changes: readonly TreeChange[]): TreeNode | undefined {
    const stored = readPage(this.#reader, '')
    if (changes.length === 0) return stored?.at(TOP)
    const page = stored ?? new TreePage()
    const top = this.#change({ page, place: TOP, depth: 0 }, changes)
    if (top !== undefined) this.#write('', page.encode())
    else if (stored !== undefined) this.#write('', undefined)
    return top
  }

  /** Brings one place up to date and says what it holds now. */
  #change(spot: Spot, changes: readonly TreeChange[]): TreeNode | undefined {
    const { page, place, depth } = spot
    const old = page.at(place)
    if (old?.kind === 'inner') {
      const node =
        place < FIRST_BORDER ? this.#halves(spot, changes) : this.#below(depth, changes, true)
      page.set(place, node)
      return node
    }
    const node = this.#grow(spot, withLeaf(old, changes))
    page.set(place, node)
    return node
  }

  /** Fills a place that holds nothing with the leaves that should be there. */
  #grow(spot: Spot, changes: readonly TreeChange[]): TreeNode | undefined {
    if (changes.length <= 1) return changes[0]?.leaf
    return spot.place < FIRST_BORDER
      ? this.#halves(spot, changes)
      : this.#below(spot.depth, changes, false)
  }

  #halves({ page, place, depth }: Spot, changes: readonly TreeChange[]): TreeNode | undefined {
    const middle = firstRight(changes, depth)
    const leftPlace = 2 * place
    const rightPlace = leftPlace + 1
    const left =
      middle === 0
        ? page.at(leftPlace)
        : this.#change({ page, place: leftPlace, depth: depth + 1 }, changes.slice(0, middle))
    const right =
      middle === changes.length
        ? page.at(rightPlace)
        : this.#change({ page, place: rightPlace, depth: depth + 1 }, changes.slice(middle))
    const node = joinNodes(left, right)
    if (node?.kind === 'leaf') {
      page.set(leftPlace, undefined)
      page.set(rightPlace, undefined)
    }
    return node
  }

  /** The page below a border place. It exists as long as two leaves or more are in it. */
  #below(depth: number, changes: readonly TreeChange[], exists: boolean): TreeNode | undefined {
    const digits = digitsTo(changes, depth)
    const stored = exists ? readPage(this.#reader, digits) : new TreePage()
    assert(stored !== undefined, 'an inner node at the border of a page has a page below it')
    const top = this.#change({ page: stored, place: TOP, depth }, changes)
    if (top?.kind === 'inner') this.#write(digits, stored.encode())
    else if (exists) this.#write(digits, undefined)
    return top
  }

  #write(digits: string, value: Uint8Array | undefined): void {
    this.writes.push({ key: storageKey.treePage(digits), value })
  }
}

/** The leaves that a place should hold: the one that stands there and was not changed, and the new. */
function withLeaf(
  old: TreeLeaf | undefined,
  changes: readonly TreeChange[],
): readonly TreeChange[] {
  const kept = changes.filter((change) => change.leaf !== undefined)
  if (old === undefined) return kept
  const at = changes.findIndex((change) => compareBytes(change.path, old.path) >= 0)
  const next = changes[at]
  if (next !== undefined && compareBytes(next.path, old.path) === 0) return kept
  const before = kept.filter((change) => compareBytes(change.path, old.path) < 0)
  return [...before, { path: old.path, leaf: old }, ...kept.slice(before.length)]
}

/** How many of the sorted changes turn left at `depth`. */
function firstRight(changes: readonly TreeChange[], depth: number): number {
  const right = changes.findIndex((change) => bitAt(change.path, depth) === 1)
  return right < 0 ? changes.length : right
}

/** The hexadecimal digits that all changes share above `depth`. */
function digitsTo(changes: readonly TreeChange[], depth: number): string {
  const [first] = changes
  assert(first !== undefined, 'a page is visited for the sake of a change')
  return toHex(first.path.subarray(0, (depth + 7) >> 3)).slice(0, depth / 4)
}
