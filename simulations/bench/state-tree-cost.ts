import { createHash } from 'node:crypto'
import { type StateChange, updateTree } from '../../protocol/chain/state-tree.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { Reader, Write } from '../../protocol/ports.ts'
import { stateKey } from '../../protocol/storage-keys.ts'

const KEYS_BEFORE = 100_000
const BATCH_RECORDS = 64
const BATCHES = 100
const AUTHORS = 4
const FILL_BATCH = 1_000

/**
 * The tree's part of executing a record: one new artefact, and the nonces of those who signed in the
 * same block.
 *
 * @returns microseconds a record, in a map of 100,000 keys
 */
export function stateTreeCost(): number {
  const store = new MapStore()
  for (let first = 0; first < KEYS_BEFORE; first += FILL_BATCH) {
    store.apply(updateTree(store, artefacts(first, FILL_BATCH)).writes)
  }
  const started = performance.now()
  for (let batch = 0; batch < BATCHES; batch++) {
    const first = KEYS_BEFORE + batch * BATCH_RECORDS
    const changes = [...artefacts(first, BATCH_RECORDS), ...nonces(batch)]
    store.apply(updateTree(store, changes).writes)
  }
  return ((performance.now() - started) * 1_000) / (BATCHES * BATCH_RECORDS)
}

class MapStore implements Reader {
  readonly #map = new Map<string, Uint8Array>()

  get(key: string): Uint8Array | undefined {
    return this.#map.get(key)
  }

  apply(writes: readonly Write[]): void {
    for (const { key, value } of writes) {
      if (value === undefined) this.#map.delete(key)
      else this.#map.set(key, value)
    }
  }
}

function artefacts(first: number, count: number): StateChange[] {
  return Array.from({ length: count }, (_, index) => {
    const id = createHash('sha256')
      .update(`artefact ${first + index}`)
      .digest('hex') as Digest
    return { key: stateKey.artefact(id), value: stateValueOf(id) }
  })
}

function nonces(batch: number): StateChange[] {
  return Array.from({ length: AUTHORS }, (_, author) => ({
    key: stateKey.nonces(`did:key:author-${author}`),
    value: stateValueOf(`${author} at ${batch}`),
  }))
}

/** As long as the state of an artefact. */
function stateValueOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.padEnd(220, '.')))
}
