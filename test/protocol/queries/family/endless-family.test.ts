import assert from 'node:assert/strict'
import type { Digest } from '../../../../protocol/digest.ts'
import {
  AFFECTED_MAX,
  LINEAGE_DEPTH_MAX,
  LINEAGE_EDGES_MAX,
  LINEAGE_NODES_MAX,
} from '../../../../protocol/limits.ts'
import { downstream } from '../../../../protocol/queries/family/downstream.ts'
import { lineage } from '../../../../protocol/queries/family/lineage.ts'
import { runQuery, type Scan, type ScanEntry } from '../../../../protocol/queries/query.ts'
import {
  encodeFamilyEntry,
  type FamilyEntry,
} from '../../../../protocol/replica/blocks/family-entry.ts'
import { encodeArtefactState } from '../../../../protocol/rules/artefact-state.ts'
import { PREFIXES, stateKey, storageKey } from '../../../../protocol/storage-keys.ts'
import { testGenesis } from '../../../support/keys.ts'

const PARENTS = 16
const CHILDREN = 400
const ROOT = idOf(1)

function idOf(number: number): Digest {
  return String(number).padStart(64, '0') as Digest
}

const PLAIN = {
  type: 'model',
  name: 'm',
  version: '1',
  organisation: 'org01',
  signer: 'person1',
  author: 'did:key:z6Mk',
  digest: ROOT,
  height: 1,
  logIndex: 1,
  unknown: [],
} satisfies Omit<FamilyEntry, 'edges'>

/**
 * A store in which artefact n has 16 parents and 400 children of its own, made up when they are asked
 * for: without end in both directions.
 */
const endless = {
  get(key: string): Uint8Array | undefined {
    const id = Number(key.slice(-64))
    if (key.startsWith(storageKey.state(stateKey.artefact('' as Digest)))) {
      const owner = `org0${id % 2}`
      const { type, author, digest, height } = PLAIN
      return encodeArtefactState({ type, author, digest, height, owner, state: 'registered' })
    }
    assert.ok(key.startsWith(PREFIXES.family), key)
    const edges = Array.from({ length: PARENTS }, (_, i) => ({
      record: idOf(id * PARENTS + i),
      kind: 'merge' as const,
    }))
    return encodeFamilyEntry({ ...PLAIN, edges })
  },
  scan({ prefix, after, limit }: Scan): readonly ScanEntry[] {
    if (limit === 0) return []
    const parent = Number(prefix.slice(PREFIXES.descendant.length, -1))
    const keys = Array.from(
      { length: CHILDREN },
      (_, i) => `${prefix}${idOf(parent * CHILDREN + i)}`,
    )
    const wanted = keys.filter((key) => after === undefined || key > after).slice(0, limit)
    return wanted.map((key) => ({ key, value: new Uint8Array() }))
  },
}
const view = { reader: endless, genesis: testGenesis().genesis }

describe('a family without end', () => {
  it('is cut by nodes and edges on the way up, and what is cut is counted', () => {
    const graph = runQuery(lineage(view, ROOT, { down: 0 }), endless)
    assert.ok(graph)
    assert.equal(graph.nodes.length, LINEAGE_NODES_MAX)
    assert.ok(graph.edges.length <= LINEAGE_EDGES_MAX)
    const cut = Object.values(graph.truncated).reduce((sum, count) => sum + count, 0)
    assert.equal(graph.edges.length + cut, graph.nodes.length * PARENTS)
  })

  it('is cut on the way down', () => {
    const reach = { up: 0, down: LINEAGE_DEPTH_MAX }
    const graph = runQuery(lineage(view, ROOT, reach), endless)
    assert.ok(graph)
    assert.equal(graph.nodes.length, 1 + LINEAGE_NODES_MAX)
    assert.ok(Object.keys(graph.truncatedBelow).length > 0)
  })

  it('affects no more than can be counted, and says so', () => {
    const found = runQuery(downstream(view, ROOT, 10), endless)
    assert.ok(found)
    assert.deepEqual([found.total, found.complete], [AFFECTED_MAX, false])
    assert.equal(found.artefacts.length, 10)
    assert.equal(found.more, AFFECTED_MAX - 10)
    const counted = found.generations.reduce((sum, size) => sum + size, 0)
    assert.equal(counted, AFFECTED_MAX)
  })
})
