import { assert } from '../assert.ts'
import { EMPTY_BYTES } from '../bytes.ts'
import { type Digest, digestBytes, hashBytes, toDigest } from '../digest.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import type { Reader } from '../ports.ts'
import { storageKey } from '../storage-keys.ts'
import { leafHash, nodeHash, topLevel } from './merkle.ts'

/**
 * The log of a chain: one RFC 6962 Merkle tree over all its records in order. Only complete subtrees
 * are stored, because they never change again: node (level, index) covers the leaves from
 * index * 2^level on, 2^level of them.
 */
export interface LogFrontier {
  readonly size: number
  /** Roots of the complete subtrees that make up the log, the largest and oldest first. */
  readonly peaks: readonly Uint8Array[]
}

/** What the log says of one record. */
export interface LogLeaf {
  readonly record: Digest
  /** SHA-256 of the envelope: the signature is covered too. */
  readonly envelope: Digest
  readonly height: number
  readonly timeMs: number
}

/** A subtree that became complete, to be stored at storageKey.logNode(level, index). */
export interface LogNode {
  readonly level: number
  readonly index: number
  readonly hash: Uint8Array
}

export interface LogGrowth {
  readonly frontier: LogFrontier
  readonly nodes: readonly LogNode[]
}

export const EMPTY_FRONTIER: LogFrontier = { size: 0, peaks: [] }

/** 80 bytes: record id | envelope digest | u64 height | u64 timeMs. */
export function encodeLogLeaf(leaf: LogLeaf): Uint8Array {
  return new ByteWriter()
    .raw(digestBytes(leaf.record))
    .raw(digestBytes(leaf.envelope))
    .u64(leaf.height)
    .u64(leaf.timeMs)
    .finish()
}

export function logLeafHash(leaf: LogLeaf): Uint8Array {
  return leafHash(encodeLogLeaf(leaf))
}

export function appendLeaves(log: LogFrontier, leaves: readonly LogLeaf[]): LogGrowth {
  return appendLeafHashes(log, leaves.map(logLeafHash))
}

/** The same for leaves that are hashed already. Needs nothing of the log but its peaks. */
export function appendLeafHashes(log: LogFrontier, hashes: readonly Uint8Array[]): LogGrowth {
  const peaks = [...log.peaks]
  const nodes: LogNode[] = []
  let size = log.size
  for (const hash of hashes) {
    nodes.push(...completedBy(hash, size, peaks))
    size += 1
  }
  return { frontier: { size, peaks }, nodes }
}

/**
 * The subtrees that leaf `leafIndex` completes: itself, then one for each binary digit 1 at the end
 * of its index. Replaces the peaks that they swallow.
 */
function completedBy(hash: Uint8Array, leafIndex: number, peaks: Uint8Array[]): LogNode[] {
  let node: LogNode = { level: 0, index: leafIndex, hash }
  const completed = [node]
  while (node.index % 2 === 1) {
    const left = peaks.pop()
    assert(left !== undefined, 'a log has a peak for every binary digit 1 of its size')
    node = {
      level: node.level + 1,
      index: (node.index - 1) / 2,
      hash: nodeHash(left, node.hash),
    }
    completed.push(node)
  }
  peaks.push(node.hash)
  return completed
}

export function rootOf(log: LogFrontier): Digest {
  return toDigest(foldPeaks(log.peaks))
}

/** The root over complete subtrees, the largest first: RFC 6962 leans to the left. */
export function foldPeaks(peaks: readonly Uint8Array[]): Uint8Array {
  if (peaks.length === 0) return hashBytes(EMPTY_BYTES)
  return peaks.reduceRight((right, left) => nodeHash(left, right))
}

/** The frontier of a stored log, or of an earlier size of it. */
export function readFrontier(reader: Reader, size: number): LogFrontier {
  return { size, peaks: readPeaks(reader, 0, size) }
}

/**
 * The complete subtrees that cover the leaves from `begin` up to `end`, the largest first. `begin`
 * is a multiple of the largest.
 */
export function readPeaks(reader: Reader, begin: number, end: number): readonly Uint8Array[] {
  const peaks: Uint8Array[] = []
  let at = begin
  while (at < end) {
    const level = topLevel(end - at)
    peaks.push(readNode(reader, level, at / 2 ** level))
    at += 2 ** level
  }
  return peaks
}

function readNode(reader: Reader, level: number, index: number): Uint8Array {
  const hash = reader.get(storageKey.logNode(level, index))
  assert(hash !== undefined, 'every complete subtree of the log is stored')
  return hash
}
