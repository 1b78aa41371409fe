import { type Digest, digestBytes, ZERO_DIGEST } from './digest.ts'
import { ByteWriter } from './encoding/byte-writer.ts'
import { utf8Encode } from './encoding/utf8.ts'

/**
 * Every byte string that a node key or a key owner ever signs, in fixed layout, big-endian. Records
 * are the only other thing that is signed: by the DSSE pre-authentication encoding (records/envelope.ts).
 *
 *   "pedigree-ledger" 0x00 | u8 version=1 | u8 type | 32 B chain id | u64 height | u32 view | u32 length | payload
 *
 * Type, chain, height and view in every signature stop a replay across phases, chains, heights and views.
 */
export const SIGN_TYPES = {
  prePrepare: 0x01,
  prepare: 0x02,
  commit: 0x03,
  peerBind: 0x10,
  keyPossession: 0x11,
} as const

const PREFIX = utf8Encode('pedigree-ledger\0')
const SIGN_VERSION = 1
/** No lock and no justification: what a fresh proposal carries as its valid view. */
export const NO_VIEW = -1

interface SignableFrame {
  readonly type: number
  readonly chain: Digest
  readonly height: number
  readonly view: number
  readonly payload: Uint8Array
}

function signable({ type, chain, height, view, payload }: SignableFrame): Uint8Array {
  return new ByteWriter()
    .raw(PREFIX)
    .u8(SIGN_VERSION)
    .u8(type)
    .raw(digestBytes(chain))
    .u64(height)
    .u32(view)
    .bytes(payload)
    .finish()
}

export interface Position {
  readonly chain: Digest
  readonly height: number
  readonly view: number
}

/** PRE-PREPARE: the leader of (height, view) proposes `block`, last known prepared in `validView`. */
export function prePrepareSignable(at: Position, block: Digest, validView: number): Uint8Array {
  const payload = new ByteWriter().raw(digestBytes(block)).i32(validView).finish()
  return signable({ ...at, type: SIGN_TYPES.prePrepare, payload })
}

/** PREPARE: the member would accept `block`; null says that it accepts nothing in this view. */
export function prepareSignable(at: Position, block: Digest | null, validView: number): Uint8Array {
  const payload = taggedBlock(block).i32(validView).finish()
  return signable({ ...at, type: SIGN_TYPES.prepare, payload })
}

/** COMMIT: the member is locked on `block`; null says that it commits to nothing in this view. */
export function commitSignable(at: Position, block: Digest | null): Uint8Array {
  return signable({ ...at, type: SIGN_TYPES.commit, payload: taggedBlock(block).finish() })
}

function taggedBlock(block: Digest | null): ByteWriter {
  return new ByteWriter().u8(block === null ? 0 : 1).raw(digestBytes(block ?? ZERO_DIGEST))
}

/** Key possession: whoever registers a key holds its secret half. Independent of any chain. */
export function keyPossessionSignable(
  organisation: string,
  keyClass: string,
  did: string,
): Uint8Array {
  const payload = new ByteWriter()
    .bytes(utf8Encode(organisation))
    .bytes(utf8Encode(keyClass))
    .bytes(utf8Encode(did))
    .finish()
  return signable({
    type: SIGN_TYPES.keyPossession,
    chain: ZERO_DIGEST,
    height: 0,
    view: 0,
    payload,
  })
}
