import { crc32 } from 'node:zlib'
import { equalBytes } from '../../protocol/bytes.ts'
import {
  DIGEST_BYTES,
  type Digest,
  digestBytes,
  toDigest,
  ZERO_DIGEST,
} from '../../protocol/digest.ts'
import { ByteReader } from '../../protocol/encoding/byte-reader.ts'
import { ByteWriter } from '../../protocol/encoding/byte-writer.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import type { Guard } from '../../protocol/ports.ts'

/** One page of a disk: written whole or, in a crash, recognisably not. */
export const SLOT_BYTES = 4_096
const MAGIC = utf8Encode('pedigree-guard\0\0')
const VERSION = 1
const CONTENT_BYTES = MAGIC.length + 4 + DIGEST_BYTES + 8 + 8 + 4 + 3 * (1 + DIGEST_BYTES)

export interface GuardSlot {
  readonly chain: Digest
  /** Rises with every write: of two valid slots the greater is the present one. */
  readonly sequence: number
  readonly guard: Guard
}

/** "pedigree-guard" 0 0 | u32 version | 32 B chain | u64 sequence | u64 height | u32 view | 3 × (u8 set, 32 B) | u32 CRC | zeros */
export function encodeSlot({ chain, sequence, guard }: GuardSlot): Uint8Array {
  const writer = new ByteWriter()
    .raw(MAGIC)
    .u32(VERSION)
    .raw(digestBytes(chain))
    .u64(sequence)
    .u64(guard.height)
    .u32(guard.view)
  for (const digest of [guard.prePrepare, guard.prepare, guard.commit]) {
    writer.u8(digest === null ? 0 : 1).raw(digestBytes(digest ?? ZERO_DIGEST))
  }
  const content = writer.finish()
  const slot = new Uint8Array(SLOT_BYTES)
  slot.set(content)
  slot.set(new ByteWriter().u32(crc32(content)).finish(), content.length)
  return slot
}

/** Undefined for a slot that was never written, or not wholly, or by another version. */
export function decodeSlot(bytes: Uint8Array): GuardSlot | undefined {
  const reader = new ByteReader(bytes)
  const magic = reader.raw(MAGIC.length)
  const version = reader.u32()
  const chain = toDigest(reader.raw(DIGEST_BYTES))
  const sequence = reader.u64()
  const guard = {
    height: reader.u64(),
    view: reader.u32(),
    prePrepare: readDigest(reader),
    prepare: readDigest(reader),
    commit: readDigest(reader),
  }
  const crc = reader.u32()
  if (reader.failed || !equalBytes(magic, MAGIC) || version !== VERSION) return undefined
  return crc === crc32(bytes.subarray(0, CONTENT_BYTES)) ? { chain, sequence, guard } : undefined
}

function readDigest(reader: ByteReader): Digest | null {
  const isSet = reader.u8() === 1
  const digest = toDigest(reader.raw(DIGEST_BYTES))
  return isSet ? digest : null
}
