import { createHash } from 'node:crypto'
import { Level } from 'level'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import { LINEAGE_DEPTH_MAX } from '../../protocol/limits.ts'
import type { Reader, Write } from '../../protocol/ports.ts'
import { type LineageReach, lineage } from '../../protocol/queries/family/lineage.ts'
import type { LineageGraph } from '../../protocol/queries/family/lineage-graph.ts'
import type { Scan, ScanEntry } from '../../protocol/queries/query.ts'
import { encodeFamilyEntry, type FamilyEdge } from '../../protocol/replica/blocks/family-entry.ts'
import { encodeArtefactState } from '../../protocol/rules/artefact-state.ts'
import { stateKey, storageKey } from '../../protocol/storage-keys.ts'
import { inventNetwork } from '../invented-network.ts'
import type { LineageReport } from './measured.ts'

const ARTEFACTS = 100_000
const GENERATIONS = 51
const FAMILY_WIDTH = 4
/** Families of four artefacts a generation, each made from two of the generation before. */
const FAMILIES = Math.ceil(ARTEFACTS / (GENERATIONS * FAMILY_WIDTH))
const ORGANISATIONS = 3
const QUERIES = 100
const BATCH_WRITES = 5_000
const DEPTH = 50
/** As the node has it. */
const CACHE_BYTES = 67_108_864
const WRITE_BUFFER_BYTES = 16_777_216

type Database = Level<string, Uint8Array>

/**
 * Questions to a LevelDB of 100,000 artefacts that lies on the disk, through the queries of the node:
 * 50 generations up from the youngest of a family, and 50 down from the oldest.
 *
 * @param folder where the database may be written
 */
export async function lineageSpeed(folder: string): Promise<LineageReport> {
  const database: Database = new Level<string, Uint8Array>(folder, {
    keyEncoding: 'utf8',
    valueEncoding: 'view',
    cacheSize: CACHE_BYTES,
    writeBufferSize: WRITE_BUFFER_BYTES,
  })
  await database.open()
  try {
    await fill(database)
    // What was written last lies in memory still: a node that starts reads it from the disk.
    await database.close()
    await database.open()
    const { genesis } = inventNetwork(4)
    const up = await measure({ database, genesis }, GENERATIONS - 1, { up: DEPTH, down: 0 })
    const down = await measure({ database, genesis }, 0, { up: LINEAGE_DEPTH_MAX, down: DEPTH })
    return { artefacts: FAMILIES * GENERATIONS * FAMILY_WIDTH, depth: DEPTH, up, down }
  } finally {
    await database.close()
  }
}

async function fill(database: Database): Promise<void> {
  let waiting: Write[] = []
  const flush = async () => {
    const puts = waiting.map(({ key, value = new Uint8Array() }) => ({
      type: 'put' as const,
      key,
      value,
    }))
    await database.batch(puts)
    waiting = []
  }
  for (let generation = 0; generation < GENERATIONS; generation++) {
    for (let family = 0; family < FAMILIES; family++) {
      for (let place = 0; place < FAMILY_WIDTH; place++) {
        waiting.push(...artefactWrites(family, generation, place))
      }
      if (waiting.length >= BATCH_WRITES) await flush()
    }
  }
  await flush()
}

function artefactWrites(family: number, generation: number, place: number): Write[] {
  const record = idOf(family, generation, place)
  const organisation = `org${(family + generation) % ORGANISATIONS}`
  const parents = generation === 0 ? [] : [place, (place + 1) % FAMILY_WIDTH]
  const edges: FamilyEdge[] = parents.map((parent) => ({
    record: idOf(family, generation - 1, parent),
    kind: 'finetune',
    how: 'observed',
  }))
  const author = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
  const entry = {
    type: 'model',
    name: `family-${family}`,
    version: `${generation}.${place}`,
    organisation,
    signer: 'Person',
    author,
    digest: record,
    height: generation + 1,
    logIndex: (generation * FAMILIES + family) * FAMILY_WIDTH + place,
    edges,
    unknown: [],
  }
  const state = { type: 'model', owner: organisation, author, digest: record, state: 'registered' }
  return [
    { key: storageKey.family(record), value: encodeFamilyEntry(entry) },
    {
      key: storageKey.state(stateKey.artefact(record)),
      value: encodeArtefactState({ ...state, height: generation + 1 }),
    },
    ...edges.map(({ record: parent }) => ({
      key: storageKey.descendant(parent, record),
      value: new Uint8Array(8),
    })),
  ]
}

function idOf(family: number, generation: number, place: number): Digest {
  return createHash('sha256').update(`${family}/${generation}/${place}`).digest('hex') as Digest
}

interface Store {
  readonly database: Database
  readonly genesis: Genesis
}

/** One question to each of many families, spread over all of them. */
async function measure(
  store: Store,
  generation: number,
  reach: LineageReach,
): Promise<LineageReport['up']> {
  const times: number[] = []
  let nodes = 0
  for (let i = 0; i < QUERIES; i++) {
    const family = Math.floor((i * FAMILIES) / QUERIES)
    const root = idOf(family, generation, i % FAMILY_WIDTH)
    const started = performance.now()
    const graph = await ask(store, root, reach)
    times.push(performance.now() - started)
    nodes = graph.nodes.length
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? 0
  return { nodes, p50Ms: at(0.5), p99Ms: at(0.99), microsPerNode: (at(0.5) * 1_000) / nodes }
}

async function ask(
  { database, genesis }: Store,
  root: Digest,
  reach: LineageReach,
): Promise<LineageGraph> {
  const snapshot = database.snapshot()
  const scan = async ({ prefix, limit }: Scan): Promise<readonly ScanEntry[]> => {
    const range = { gte: prefix, lt: `${prefix}~`, limit, snapshot }
    const entries = await database.iterator(range).all()
    return entries.map(([key, value]) => ({ key, value }))
  }
  try {
    const reader: Reader = { get: (key) => database.getSync(key, { snapshot }) }
    const query = lineage({ reader, genesis }, root, reach)
    let step = query.next()
    while (step.done !== true)
      step = query.next(step.value.limit === 0 ? [] : await scan(step.value))
    if (step.value === undefined) throw new Error('the artefact is not in the store')
    return step.value
  } finally {
    await snapshot.close()
  }
}
