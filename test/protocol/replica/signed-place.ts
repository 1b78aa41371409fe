import { DIGEST_BYTES } from '../../../protocol/digest.ts'
import { ByteReader } from '../../../protocol/encoding/byte-reader.ts'

const PREFIX_BYTES = 'pedigree-ledger\0'.length + 1

/** Where a consensus message is said: no place may hold two. */
export interface SignedPlace {
  readonly type: number
  readonly height: number
  readonly view: number
}

/** Reads the sign bytes of a consensus message (signables.ts). */
export function readSigned(signable: Uint8Array): SignedPlace {
  const reader = new ByteReader(signable)
  reader.raw(PREFIX_BYTES)
  const type = reader.u8()
  reader.raw(DIGEST_BYTES)
  return { type, height: reader.u64(), view: reader.u32() }
}
