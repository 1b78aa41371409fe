import { base58 } from '@scure/base'
import { assert } from '../assert.ts'
import { concatBytes } from '../bytes.ts'
import { type Digest, domainDigest } from '../digest.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { keyOfDid } from '../records/did-key.ts'
import { isRejection } from '../rejection.ts'
import type { Identity, KeyClass } from './identity.ts'

/** A member of the committee: one organisation's node. Its index is its place in the sorted list. */
export interface Member {
  readonly organisation: string
  /** 32-byte Ed25519 consensus key. */
  readonly consensusKey: Uint8Array
  /** libp2p peer id, base58. */
  readonly peerId: string
}

/** Sorted by organisation name (code units). */
export interface Committee {
  readonly members: readonly Member[]
  readonly hash: Digest
}

/** Byzantine members that a committee of n tolerates. */
export function faultsTolerated(n: number): number {
  return Math.floor((n - 1) / 3)
}

/**
 * Votes that decide among n. Any two quorums share an honest member, and the honest members alone
 * are a quorum. Equal to 2f+1 only where n = 3f+1.
 */
export function quorum(n: number): number {
  return Math.floor((n + faultsTolerated(n)) / 2) + 1
}

/** @param identities checked ones (chain/identity.ts), in any order */
export function committeeOf(identities: readonly Identity[]): Committee {
  const members = identities
    .toSorted((a, b) => (a.organisation < b.organisation ? -1 : 1))
    .map(memberOf)
  return { members, hash: committeeHash(members) }
}

function memberOf(identity: Identity): Member {
  return {
    organisation: identity.organisation,
    consensusKey: nodeKey(identity, 'consensus'),
    peerId: peerIdOf(nodeKey(identity, 'network')),
  }
}

function nodeKey(identity: Identity, keyClass: KeyClass): Uint8Array {
  const entry = identity.keys.find((key) => key.class === keyClass)
  assert(entry !== undefined, `a checked identity has a ${keyClass} key`)
  const key = keyOfDid(entry.did)
  assert(!isRejection(key), 'a checked identity holds only Ed25519 keys')
  return key
}

/** Identity multihash (0x00, length) of the libp2p key protobuf: type Ed25519, then 32 bytes. */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/** The libp2p peer id of an Ed25519 key, base58. */
export function peerIdOf(networkKey: Uint8Array): string {
  return base58.encode(concatBytes(PEER_ID_PREFIX, networkKey))
}

/** u32 count | per member: u32 length, organisation | 32 B consensus key | u32 length, peer id */
function committeeHash(members: readonly Member[]): Digest {
  const writer = new ByteWriter().u32(members.length)
  for (const { organisation, consensusKey, peerId } of members) {
    writer.bytes(utf8Encode(organisation)).raw(consensusKey).bytes(utf8Encode(peerId))
  }
  return domainDigest('pedigree-committee/1', writer.finish())
}
