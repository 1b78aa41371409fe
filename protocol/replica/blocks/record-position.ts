/** Where a committed record is. */

import { assert } from '../../assert.ts'
import { ByteReader } from '../../encoding/byte-reader.ts'
import { ByteWriter } from '../../encoding/byte-writer.ts'

export interface RecordPosition {
  readonly height: number
  readonly indexInBlock: number
  readonly logIndex: number
  /** Ledger time of its block. */
  readonly timeMs: number
}

/** u64 height | u32 index in block | u64 log index | u64 time in ms */
export function encodePosition(position: RecordPosition): Uint8Array {
  return new ByteWriter()
    .u64(position.height)
    .u32(position.indexInBlock)
    .u64(position.logIndex)
    .u64(position.timeMs)
    .finish()
}

/** @throws InvariantError for anything but our own bytes: positions never come from a stranger */
export function decodePosition(bytes: Uint8Array): RecordPosition {
  const reader = new ByteReader(bytes)
  const position = {
    height: reader.u64(),
    indexInBlock: reader.u32(),
    logIndex: reader.u64(),
    timeMs: reader.u64(),
  }
  assert(reader.finished(), 'a stored position has its four fields')
  return position
}
