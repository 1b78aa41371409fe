import { hashBytes } from '../digest.ts'

/**
 * The two hashes of every Merkle tree here, as RFC 6962 has them. The first byte keeps an inner node
 * from being passed off as a leaf.
 */
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** SHA-256(0x00 | data) */
export function leafHash(...data: readonly Uint8Array[]): Uint8Array {
  return hashBytes(LEAF, ...data)
}

/** SHA-256(0x01 | left | right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hashBytes(NODE, left, right)
}

/** The binary logarithm of n >= 1, rounded down. Exact where Math.log2 is not, just below a power. */
export function topLevel(n: number): number {
  let level = 0
  while (2 ** (level + 1) <= n) level += 1
  return level
}
