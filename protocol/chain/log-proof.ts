import { assert } from '../assert.ts'
import { type Digest, digestBytes, toDigest } from '../digest.ts'
import type { Reader } from '../ports.ts'
import { EMPTY_FRONTIER, foldPeaks, readPeaks, rootOf } from './log.ts'
import { nodeHash, topLevel } from './merkle.ts'

/**
 * What an inclusion proof claims: the leaf is at `index` in the log of `size` leaves with `root`.
 * Digests that come from a stranger were checked by whoever decoded them (isDigest).
 */
export interface InclusionClaim {
  /** The 32-byte leaf hash, recomputed by the verifier from what the leaf says. */
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  /** From the leaf's sibling up to a child of the root. */
  readonly path: readonly Digest[]
  readonly root: Digest
}

/** What a consistency proof claims: the log of `from` leaves is the beginning of the log of `to`. */
export interface ConsistencyClaim {
  readonly from: number
  readonly to: number
  readonly path: readonly Digest[]
  readonly fromRoot: Digest
  readonly toRoot: Digest
}

/** The largest power of two below `n`; n >= 2. Where RFC 6962 splits a tree of n leaves. */
function splitOf(n: number): number {
  return 2 ** topLevel(n - 1)
}

function rangeHash(reader: Reader, begin: number, end: number): Digest {
  return toDigest(foldPeaks(readPeaks(reader, begin, end)))
}

/** PATH(index, D[size]) of RFC 6962, section 2.1.1. The log holds at least `size` leaves. */
export function inclusionProof(reader: Reader, index: number, size: number): readonly Digest[] {
  assert(index >= 0 && index < size, 'an inclusion proof is about a leaf of the log')
  const path: Digest[] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const middle = begin + splitOf(end - begin)
    if (index < middle) {
      path.push(rangeHash(reader, middle, end))
      end = middle
    } else {
      path.push(rangeHash(reader, begin, middle))
      begin = middle
    }
  }
  return path.reverse()
}

/** PROOF(from, D[to]) of RFC 6962, section 2.1.2. The log holds at least `to` leaves. */
export function consistencyProof(reader: Reader, from: number, to: number): readonly Digest[] {
  assert(from >= 0 && from <= to, 'a consistency proof leads from a log to a later one')
  if (from === 0 || from === to) return []
  const path: Digest[] = []
  let begin = 0
  let end = to
  while (end !== from) {
    const middle = begin + splitOf(end - begin)
    if (from <= middle) {
      path.push(rangeHash(reader, middle, end))
      end = middle
    } else {
      path.push(rangeHash(reader, begin, middle))
      begin = middle
    }
  }
  // The verifier holds the root of the old log; any other subtree it must be given.
  if (begin !== 0) path.push(rangeHash(reader, begin, end))
  return path.reverse()
}

/** RFC 9162, section 2.1.3.2. A path that is too long or too short does not verify. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size, path } = claim
  if (!isSize(size) || !isSize(index) || index >= size) return false
  let hash = claim.leaf
  let node = index
  let last = size - 1
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(digestBytes(sibling), hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else {
      hash = nodeHash(hash, digestBytes(sibling))
    }
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && toDigest(hash) === claim.root
}

/** RFC 9162, section 2.1.4.2; every log is consistent with the empty one. */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { from, to, path, fromRoot, toRoot } = claim
  if (!isSize(from) || !isSize(to) || from > to) return false
  if (from === to) return path.length === 0 && fromRoot === toRoot
  if (from === 0) return path.length === 0 && fromRoot === rootOf(EMPTY_FRONTIER)
  // A power of two leaves is one complete subtree, which the old root names already.
  const [first, ...rest] = 2 ** topLevel(from) === from ? [fromRoot, ...path] : path
  if (first === undefined) return false
  return foldConsistency(claim, digestBytes(first), rest)
}

function foldConsistency(
  { from, to, fromRoot, toRoot }: ConsistencyClaim,
  first: Uint8Array,
  rest: readonly Digest[],
): boolean {
  let node = from - 1
  let last = to - 1
  while (node % 2 === 1) [node, last] = [(node - 1) / 2, Math.floor(last / 2)]
  let before = first
  let after = first
  for (const digest of rest) {
    const sibling = digestBytes(digest)
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      before = nodeHash(sibling, before)
      after = nodeHash(sibling, after)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else {
      after = nodeHash(after, sibling)
    }
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && toDigest(before) === fromRoot && toDigest(after) === toRoot
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
