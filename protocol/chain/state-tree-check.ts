import { equalBytes } from '../bytes.ts'
import type { Reader } from '../ports.ts'
import { joinNodes } from './state-tree-node.ts'
import { FIRST_BORDER, readPage, TOP, type TreePage } from './state-tree-page.ts'

/** A page that is still to be looked at, and the hash by which the page above knows it. */
interface Due {
  readonly digits: string
  readonly hash: Uint8Array | undefined
}

/**
 * Whether every page of the stored tree follows from the pages below it. The root alone would say
 * nothing of a damaged page further down, and the next block that changes a key there would go wrong.
 *
 * @returns what is wrong, as a sentence
 * @throws InvariantError for a page that does not decode
 */
export function treeFault(reader: Reader): string | undefined {
  const due: Due[] = [{ digits: '', hash: undefined }]
  for (let next = due.pop(); next !== undefined; next = due.pop()) {
    const page = readPage(reader, next.digits)
    const name = `page "${next.digits}" of the state tree`
    if (page === undefined) {
      if (next.hash === undefined) continue
      return `${name} is missing`
    }
    if (!isTopped(page, next.hash) || !holdsTogether(page)) return `${name} is damaged`
    due.push(...pagesBelow(page, next.digits))
  }
  return undefined
}

function isTopped(page: TreePage, hash: Uint8Array | undefined): boolean {
  if (hash === undefined) return true
  const top = page.at(TOP)
  return top?.kind === 'inner' && equalBytes(top.hash, hash)
}

/** An inner node is what its halves make; nothing stands below anything else. */
function holdsTogether(page: TreePage): boolean {
  for (let place = TOP; place < FIRST_BORDER; place++) {
    const node = page.at(place)
    const left = page.at(2 * place)
    const right = page.at(2 * place + 1)
    if (node?.kind !== 'inner') {
      if (left !== undefined || right !== undefined) return false
      continue
    }
    const joined = joinNodes(left, right)
    if (joined?.kind !== 'inner' || !equalBytes(joined.hash, node.hash)) return false
  }
  return true
}

function pagesBelow(page: TreePage, digits: string): Due[] {
  const below: Due[] = []
  for (let place = FIRST_BORDER; place < 2 * FIRST_BORDER; place++) {
    const node = page.at(place)
    if (node?.kind !== 'inner') continue
    below.push({ digits: digits + (place - FIRST_BORDER).toString(16), hash: node.hash })
  }
  return below
}
