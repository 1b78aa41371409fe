import { createHash } from 'node:crypto'
import { assert } from '../../protocol/assert.ts'
import { DIGEST_BYTES, type Digest, toDigest } from '../../protocol/digest.ts'
import { ByteReader } from '../../protocol/encoding/byte-reader.ts'
import type { Guard, Signer } from '../../protocol/ports.ts'
import { SIGN_TYPES } from '../../protocol/signables.ts'
import type { SignMessage } from '../keys/ed25519.ts'
import type { SigningGuard } from './signing-guard.ts'

/** "pedigree-ledger" 0x00 and the version: what stands before the fields of every signable. */
const PREFIX_BYTES = 16
const FIELD_OF_TYPE: ReadonlyMap<number, 'prePrepare' | 'prepare' | 'commit'> = new Map([
  [SIGN_TYPES.prePrepare, 'prePrepare'],
  [SIGN_TYPES.prepare, 'prepare'],
  [SIGN_TYPES.commit, 'commit'],
] as const)

interface Place {
  readonly type: number
  readonly chain: Digest
  readonly height: number
  readonly view: number
}

/**
 * The consensus key behind its guard (W4): it signs exactly the bytes whose digest is durable for
 * their height, view and type, and nothing else. It trusts no caller: the digest is taken here, and
 * the place is read out of the bytes.
 */
export class GuardedSigner implements Signer {
  readonly #chain: Digest
  readonly #guard: SigningGuard
  readonly #sign: SignMessage

  constructor(chain: Digest, guard: SigningGuard, sign: SignMessage) {
    assert(!guard.isCorrupt, 'nothing is signed behind a corrupt guard')
    this.#chain = chain
    this.#guard = guard
    this.#sign = sign
  }

  /** @throws InvariantError for anything that the durable guard does not name */
  sign(signable: Uint8Array): Uint8Array {
    const place = placeOf(signable)
    assert(place.chain === this.#chain, 'a signable names the chain of its signer')
    const digest = createHash('sha256').update(signable).digest('hex')
    const named = namedBy(this.#guard.durable, place)
    assert(
      named === digest,
      `the durable guard names what is signed at ${place.height}/${place.view}`,
    )
    return this.#sign(signable)
  }
}

/** Fixed layout of protocol/signables.ts: prefix, version, type, chain, height, view. */
function placeOf(signable: Uint8Array): Place {
  const reader = new ByteReader(signable)
  reader.raw(PREFIX_BYTES)
  reader.u8()
  const type = reader.u8()
  const chain = toDigest(reader.raw(DIGEST_BYTES))
  const place = { type, chain, height: reader.u64(), view: reader.u32() }
  assert(!reader.failed, 'a signable is as long as its fixed part')
  return place
}

function namedBy(guard: Guard | null, { type, height, view }: Place): Digest | null {
  const field = FIELD_OF_TYPE.get(type)
  if (guard === null || field === undefined) return null
  return guard.height === height && guard.view === view ? guard[field] : null
}
