import { toHex } from '../../protocol/bytes.ts'
import { bodyHashOf } from '../../protocol/chain/body.ts'
import { encodeCommitProof } from '../../protocol/chain/commit-proof.ts'
import { blockIdOf, encodeHeader } from '../../protocol/chain/header.ts'
import {
  appendLeaves,
  EMPTY_FRONTIER,
  encodeLogLeaf,
  logLeafHash,
  rootOf,
} from '../../protocol/chain/log.ts'
import { consistencyProof, inclusionProof } from '../../protocol/chain/log-proof.ts'
import { proveState } from '../../protocol/chain/state-proof.ts'
import { updateTree } from '../../protocol/chain/state-tree.ts'
import { digestOf } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import { stateKey, storageKey } from '../../protocol/storage-keys.ts'
import { MapReader } from '../protocol/chain/map-reader.ts'
import { BODY, digestFor, FIRST_BODY, HEADER, logLeaf, MEMBER_KEYS, PROOF } from './samples.ts'

export function blockVectors() {
  const header = encodeHeader(HEADER)
  return {
    header: { fields: HEADER, bytes: toHex(header), blockId: blockIdOf(header) },
    firstBody: { bytes: toHex(FIRST_BODY), bodyHash: bodyHashOf(FIRST_BODY) },
    body: { bytes: toHex(BODY), bodyHash: bodyHashOf(BODY) },
    commitProof: {
      members: MEMBER_KEYS.map(toHex),
      signers: PROOF.signers,
      bytes: toHex(encodeCommitProof(PROOF)),
    },
  }
}

export function logVectors() {
  const leaves = Array.from({ length: 13 }, (_, i) => logLeaf(i))
  const { nodes } = appendLeaves(EMPTY_FRONTIER, leaves)
  const reader = new MapReader()
  for (const { level, index, hash } of nodes) reader.map.set(storageKey.logNode(level, index), hash)
  const first = leaves[0] ?? logLeaf(0)
  return {
    leaf: { fields: first, bytes: toHex(encodeLogLeaf(first)), hash: toHex(logLeafHash(first)) },
    /** Of the first 0, 1, 2, … leaves. */
    roots: [EMPTY_FRONTIER, ...leaves.map((_, i) => prefix(leaves, i + 1))].map(rootOf),
    inclusion: [0, 7, 12].map((index) => ({
      index,
      size: 13,
      path: inclusionProof(reader, index, 13),
    })),
    consistency: [1, 4, 7, 13].map((from) => ({
      from,
      to: 13,
      path: consistencyProof(reader, from, 13),
    })),
    stored: Array.from(reader.map, ([key, hash]) => `${key} ${toHex(hash)}`),
  }
}

function prefix(leaves: readonly ReturnType<typeof logLeaf>[], size: number) {
  return appendLeaves(EMPTY_FRONTIER, leaves.slice(0, size)).frontier
}

export function stateVectors() {
  const reader = new MapReader()
  const roots: string[] = []
  const entries = Array.from({ length: 20 }, (_, i) => ({
    key: stateKey.artefact(digestFor(`artefact ${i}`)),
    value: utf8Encode(`{"state":${i}}`),
  }))
  for (const entry of entries) {
    const { root, writes } = updateTree(reader, [entry])
    reader.apply(writes)
    roots.push(root)
  }
  const first = entries[0] ?? { key: '', value: utf8Encode('') }
  const present = entries[4]?.key ?? ''
  // Two absent keys: where another leaf stands, and where nothing does.
  const absent = [
    'artefact/absent 0',
    'artefact/absent 1',
    'artefact/absent 2',
    'artefact/absent 3',
  ]
  return {
    leaf: {
      key: first.key,
      value: toHex(first.value),
      path: digestFor(first.key),
      valueHash: digestOf(first.value),
      hash: roots[0],
    },
    entries: entries.map(({ key, value }) => ({ key, value: toHex(value) })),
    /** After the first 1, 2, … entries. */
    roots,
    proofs: [present, ...absent].map((key) => ({ key, ...proveState(reader, key) })),
    pages: Array.from(reader.map, ([key, bytes]) => `${key} ${toHex(bytes)}`).sort(),
  }
}
