import { DIGEST_BYTES, type Digest, toDigest } from '../protocol/digest.ts'
import { ByteReader } from '../protocol/encoding/byte-reader.ts'

/** What a node key has put its name to, read back from the signed bytes by a reader of our own. */
export interface SignedStatement {
  readonly kind: 'pre-prepare' | 'prepare' | 'commit'
  readonly chain: Digest
  readonly height: number
  readonly view: number
  readonly block: Digest | null
  /** -1 where there is none. */
  readonly validView: number
}

const PREFIX_BYTES = 'pedigree-ledger'.length + 2
const KINDS = { 1: 'pre-prepare', 2: 'prepare', 3: 'commit' } as const

/** Undefined for anything that is no statement of consensus. */
export function readSignable(signable: Uint8Array): SignedStatement | undefined {
  const reader = new ByteReader(signable)
  reader.raw(PREFIX_BYTES)
  const kind = KINDS[reader.u8() as keyof typeof KINDS]
  if (kind === undefined) return undefined
  const chain = toDigest(reader.raw(DIGEST_BYTES))
  const height = reader.u64()
  const view = reader.u32()
  const payload = new ByteReader(reader.bytes(1_024))
  const named = kind === 'pre-prepare' || payload.u8() === 1
  const digest = toDigest(payload.raw(DIGEST_BYTES))
  const validView = kind === 'commit' ? -1 : payload.i32()
  if (!reader.finished() || !payload.finished()) return undefined
  return { kind, chain, height, view, block: named ? digest : null, validView }
}

/** Like `PREPARE 7/1 ab12cd34 (valid in view 0)`. */
export function describeStatement({
  kind,
  height,
  view,
  block,
  validView,
}: SignedStatement): string {
  const justified = validView >= 0 ? ` (valid in view ${validView})` : ''
  return `${kind.toUpperCase()} ${height}/${view} ${block?.slice(0, 8) ?? 'nil'}${justified}`
}
