import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Digest } from '../../protocol/digest.ts'
import { digestBytes, toDigest } from '../../protocol/digest.ts'
import { FRAME_BYTES_MAX } from '../../protocol/limits.ts'

/**
 * The bytes of a write-ahead log.
 *
 *   header: "pedigree-wal" | u32 version=1 | 32 B chain id | u64 height | 8 B nonce | u32 CRC of these
 *   entry:  u32 length >= 1 | u32 CRC | payload
 *   end:    eight zero bytes, or the end of the file
 *
 * The CRC of an entry covers the header's CRC, the CRC of the entry before, its length and its
 * payload: so entries of an older height that were overwritten in place never look valid, and
 * nothing can be cut out of the middle.
 */
export const WAL_HEADER_BYTES = 68
export const WAL_END = new Uint8Array(8)
const MAGIC = Buffer.from('pedigree-wal')
const VERSION = 1
const NONCE_BYTES = 8
const ENTRY_HEAD_BYTES = 8
/** A proposed block with its frame is the largest thing that is logged. */
const ENTRY_BYTES_MAX = 2 * FRAME_BYTES_MAX
/** How much of a damaged file is searched for entries behind the damage. */
const SEARCH_BYTES_MAX = 67_108_864

export interface WalHeader {
  readonly chain: Digest
  readonly height: number
  /** Part of the CRC of every entry. */
  readonly seed: number
}

export function encodeWalHeader(chain: Digest, height: number): { bytes: Buffer; seed: number } {
  const bytes = Buffer.alloc(WAL_HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32BE(VERSION, 12)
  bytes.set(digestBytes(chain), 16)
  bytes.writeBigUInt64BE(BigInt(height), 48)
  bytes.set(randomBytes(NONCE_BYTES), 56)
  const seed = crc32(bytes.subarray(0, 64))
  bytes.writeUInt32BE(seed, 64)
  return { bytes, seed }
}

/** Undefined when the bytes are not an intact header; a version that is unknown is told apart. */
export function decodeWalHeader(bytes: Buffer): WalHeader | 'unknown-version' | undefined {
  if (bytes.length < WAL_HEADER_BYTES || !bytes.subarray(0, 12).equals(MAGIC)) return undefined
  const seed = bytes.readUInt32BE(64)
  if (seed !== crc32(bytes.subarray(0, 64))) return undefined
  if (bytes.readUInt32BE(12) !== VERSION) return 'unknown-version'
  const height = Number(bytes.readBigUInt64BE(48))
  return { chain: toDigest(bytes.subarray(16, 48)), height, seed }
}

/** Writes entries one behind the other, chaining their CRCs. */
export class WalWriter {
  readonly #seed: number
  #previous: number

  constructor(seed: number, previous: number) {
    this.#seed = seed
    this.#previous = previous
  }

  /** Head and payload of the next entry. */
  encode(payload: Uint8Array): readonly [Uint8Array, Uint8Array] {
    this.#previous = entryCrc(this.#seed, this.#previous, payload)
    const head = Buffer.allocUnsafe(ENTRY_HEAD_BYTES)
    head.writeUInt32BE(payload.length, 0)
    head.writeUInt32BE(this.#previous, 4)
    return [head, payload]
  }
}

export interface WalContent {
  readonly entries: readonly Uint8Array[]
  /** Where the next entry goes. */
  readonly end: number
  /** CRC of the last entry; the seed when there is none. */
  readonly previous: number
  readonly state: 'clean' | 'torn' | 'corrupt'
}

/** Reads entries from behind the header up to the first that is not valid (W9). */
export function readWalEntries(file: Buffer, seed: number): WalContent {
  const entries: Uint8Array[] = []
  let end = WAL_HEADER_BYTES
  let previous = seed
  for (;;) {
    const payload = entryAt(file, end)
    if (payload === undefined || file.readUInt32BE(end + 4) !== entryCrc(seed, previous, payload))
      break
    previous = file.readUInt32BE(end + 4)
    entries.push(payload)
    end += ENTRY_HEAD_BYTES + payload.length
  }
  return { entries, end, previous, state: stateOf(file, end, seed) }
}

function stateOf(file: Buffer, end: number, seed: number): WalContent['state'] {
  const tail = file.subarray(end, end + WAL_END.length)
  if (tail.every((byte) => byte === 0)) return 'clean'
  return hasEntriesBehind(file, end, seed) ? 'corrupt' : 'torn'
}

/**
 * Whether entries of this log stand behind a damaged one: then it was not the last, half-written
 * one. An entry can only be recognised by the CRC before it, so two in a row are looked for, and one
 * that follows the damaged entry's own CRC, which may be intact.
 */
function hasEntriesBehind(file: Buffer, damaged: number, seed: number): boolean {
  const damagedCrc = damaged + ENTRY_HEAD_BYTES <= file.length ? file.readUInt32BE(damaged + 4) : 0
  let searched = 0
  for (let at = damaged; at < file.length && searched < SEARCH_BYTES_MAX; at++) {
    const payload = entryAt(file, at)
    if (payload === undefined) continue
    searched += payload.length
    const crc = file.readUInt32BE(at + 4)
    if (at > damaged && crc === entryCrc(seed, damagedCrc, payload)) return true
    const next = entryAt(file, at + ENTRY_HEAD_BYTES + payload.length)
    if (next === undefined) continue
    searched += next.length
    const nextCrc = file.readUInt32BE(at + 2 * ENTRY_HEAD_BYTES + payload.length - 4)
    if (nextCrc === entryCrc(seed, crc, next)) return true
  }
  return false
}

/** The payload of what may be an entry: its length is possible and it lies within the file. */
function entryAt(file: Buffer, at: number): Buffer | undefined {
  if (at + ENTRY_HEAD_BYTES > file.length) return undefined
  const length = file.readUInt32BE(at)
  const start = at + ENTRY_HEAD_BYTES
  if (length === 0 || length > ENTRY_BYTES_MAX || start + length > file.length) return undefined
  return file.subarray(start, start + length)
}

const crcInput = Buffer.alloc(12)

function entryCrc(seed: number, previous: number, payload: Uint8Array): number {
  crcInput.writeUInt32BE(seed, 0)
  crcInput.writeUInt32BE(previous, 4)
  crcInput.writeUInt32BE(payload.length, 8)
  return crc32(payload, crc32(crcInput))
}
