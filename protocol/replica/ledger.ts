import { assert } from '../assert.ts'
import { decodeBody } from '../chain/body.ts'
import { type CommitProof, decodeCommitProof } from '../chain/commit-proof.ts'
import type { Genesis } from '../chain/genesis.ts'
import { blockIdOf, decodeHeader } from '../chain/header.ts'
import { EMPTY_FRONTIER, readFrontier } from '../chain/log.ts'
import type { CommitHistory } from '../consensus/proposer.ts'
import { type Digest, toDigest } from '../digest.ts'
import { parseCanonicalJson } from '../encoding/canonical-json.ts'
import { JSON_DEPTH_MAX } from '../limits.ts'
import type { Reader } from '../ports.ts'
import { isRejection, type Rejection } from '../rejection.ts'
import { storageKey } from '../storage-keys.ts'
import { decodePosition } from './blocks/record-position.ts'
import type { Head } from './core.ts'

/** Our own store, read back. What does not decode is damage that the start-up check should have found. */
function intact<T>(value: T | Rejection, what: string): T {
  if (isRejection(value)) assert(false, `${what} in the store is intact, but: ${value.detail}`)
  return value as T
}

function stored(reader: Reader, key: string): Uint8Array {
  const value = reader.get(key)
  assert(value !== undefined, `the store holds ${key}`)
  return value
}

export function readHead(reader: Reader, genesis: Genesis): Head {
  const height = readHeight(reader)
  if (height === 0) {
    return { height, id: genesis.chain, timeMs: 0, log: EMPTY_FRONTIER, proof: null, proposers: [] }
  }
  const headerBytes = stored(reader, storageKey.header(height))
  const header = intact(decodeHeader(headerBytes), `header ${height}`)
  return {
    height,
    id: blockIdOf(headerBytes),
    timeMs: header.timeMs,
    log: readFrontier(reader, header.logSize),
    proof: readProof(reader, height),
    proposers: readProposers(reader),
  }
}

/** Of a block that the store holds. */
export function readProof(reader: Reader, height: number): CommitProof {
  const bytes = stored(reader, storageKey.proof(height))
  return intact(decodeCommitProof(bytes), `commit proof ${height}`)
}

export function readHeight(reader: Reader): number {
  const value = reader.get(storageKey.meta('height'))
  return value === undefined ? 0 : Number(intact(parseCanonicalJson(value, 1), 'the height'))
}

function readProposers(reader: Reader): readonly CommitHistory[] {
  const value = stored(reader, storageKey.meta('proposers'))
  return intact(
    parseCanonicalJson(value, JSON_DEPTH_MAX),
    'the proposer window',
  ) as unknown as readonly CommitHistory[]
}

export interface StoredBlock {
  readonly header: Uint8Array
  readonly body: Uint8Array
  readonly proof: Uint8Array
}

export function readBlock(reader: Reader, height: number): StoredBlock | undefined {
  const header = reader.get(storageKey.header(height))
  const body = reader.get(storageKey.body(height))
  const proof = reader.get(storageKey.proof(height))
  return header && body && proof ? { header, body, proof } : undefined
}

/** The envelope of a committed record, unless it is `except`. @param idBytes 32 bytes */
export function committedEnvelope(
  { reader, genesis }: { readonly reader: Reader; readonly genesis: Genesis },
  idBytes: Uint8Array,
  except: Digest,
): Uint8Array | undefined {
  const id = toDigest(idBytes)
  if (id === except) return undefined
  const position = decodePosition(stored(reader, storageKey.record(id)))
  const bytes = stored(reader, storageKey.body(position.height))
  const body = intact(decodeBody(bytes, genesis.document.parameters), `body ${position.height}`)
  return body.envelopes[position.indexInBlock]?.slice()
}
