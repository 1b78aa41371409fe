import { InvariantError } from '../../protocol/assert.ts'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { VerifySignature } from '../../protocol/ports.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { genesisWrites } from '../../protocol/replica/blocks/genesis-writes.ts'
import {
  checkStore,
  type Damage,
  replayBlock,
} from '../../protocol/replica/durability/self-check.ts'
import { readBlock, readHead, readHeight } from '../../protocol/replica/ledger.ts'
import { PREFIXES, storageKey } from '../../protocol/storage-keys.ts'
import type { Log } from '../log.ts'
import type { ChainStore } from './chain-store.ts'

interface RepairOptions {
  readonly store: ChainStore
  readonly genesis: Genesis
  readonly verify: VerifySignature
  readonly log: Log
}

/** fresh: there was nothing. sound: all held together. repaired: rebuilt as far as sound blocks went. */
export type Condition = 'fresh' | 'sound' | 'repaired'

const SCAN_ENTRIES = 1_000
/** What a block is, as it was signed: everything else in the store follows from it. */
const BLOCK_PREFIXES = [PREFIXES.header, PREFIXES.body, PREFIXES.proof] as const
const DERIVED_PREFIXES = Object.values(PREFIXES).filter(
  (prefix) => !BLOCK_PREFIXES.some((block) => block === prefix),
)

/**
 * Before the node speaks: is its store sound? If it is not, all that is derived is thrown away and
 * made anew from the stored blocks, up to the first that does not check out; those from there on are
 * deleted, and come back from the other members. A crash in between is taken up at the next start.
 *
 * @throws StorageError
 */
export async function repairStore(options: RepairOptions): Promise<Condition> {
  const { store, genesis, log } = options
  if (await store.isEmpty()) {
    await store.commit(genesisWrites(genesis))
    return 'fresh'
  }
  const damage = await findDamage(options)
  if (damage !== undefined) {
    log.error(
      { damage },
      'the stored ledger is damaged: it is rebuilt from the blocks that are sound',
    )
    await forgetDerived(options)
  }
  const replayed = await replayStored(options)
  if (damage === undefined && replayed === 0) return 'sound'
  log.warn(
    { height: readHeight(store) },
    'the stored ledger was rebuilt; the rest comes from the others',
  )
  return 'repaired'
}

async function findDamage({ store, genesis, verify }: RepairOptions): Promise<Damage | undefined> {
  if (store.get(storageKey.meta('height')) === undefined) {
    return { kind: 'state', detail: 'a rebuild was not finished' }
  }
  const state = await entriesOf(store, PREFIXES.state)
  try {
    const damage = checkStore({ reader: store, genesis, verify }, state)
    if (damage === undefined) readHead(store, genesis)
    return damage
  } catch (error) {
    // What does not even decode is reported as a broken invariant by those who read their own store.
    if (!(error instanceof InvariantError)) throw error
    return { kind: 'state', detail: error.message }
  }
}

/** The entries behind a prefix, with keys that start after it. */
async function entriesOf(store: ChainStore, prefix: string) {
  const entries: { key: string; value: Uint8Array }[] = []
  for await (const { key, value } of store.entries(prefix)) {
    entries.push({ key: key.slice(prefix.length), value })
  }
  return entries
}

/** The height goes first: without it, a start after a crash in the middle rebuilds again. */
async function forgetDerived({ store, genesis }: RepairOptions): Promise<void> {
  await store.commit([{ key: storageKey.meta('height'), value: undefined }])
  for (const prefix of DERIVED_PREFIXES) await store.deletePrefix(prefix)
  await store.commit(genesisWrites(genesis))
}

/** Executes what is stored above the head. @returns how many blocks; in a sound store there are none */
async function replayStored({ store, genesis, verify, log }: RepairOptions): Promise<number> {
  let head = readHead(store, genesis)
  const start = head.height
  for (;;) {
    const height = head.height + 1
    const block = readBlock(store, height)
    const replayed = block && replayBlock({ reader: store, genesis, verify }, head, block)
    if (replayed === undefined || isRejection(replayed)) {
      const deleted = await deleteBlocks(store, height)
      if (deleted > 0)
        log.error(
          { height, reason: replayed?.detail ?? 'it is missing' },
          'a stored block is damaged',
        )
      return head.height - start + deleted
    }
    await store.commit(replayed.writes)
    head = replayed.head
  }
}

/** @returns how many entries were deleted */
async function deleteBlocks(store: ChainStore, from: number): Promise<number> {
  let deleted = 0
  for (const prefix of BLOCK_PREFIXES) {
    const before = storageKey.header(from - 1).slice(PREFIXES.header.length)
    for (;;) {
      const stale = await store.scan({ prefix, after: prefix + before, limit: SCAN_ENTRIES })
      if (stale.length === 0) break
      await store.commit(stale.map(({ key }) => ({ key, value: undefined })))
      deleted += stale.length
    }
  }
  return deleted
}
