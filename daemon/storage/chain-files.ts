import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import type { VerifySignature } from '../../protocol/ports.ts'
import { readHeight } from '../../protocol/replica/ledger.ts'
import type { Log } from '../log.ts'
import type { ChainStore } from './chain-store.ts'
import type { Database } from './database.ts'
import { isKeyUsed, markKeyUsed } from './key-use.ts'
import { repairStore } from './repair.ts'
import { SigningGuard } from './signing-guard.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

export interface ChainFilesOptions {
  /** Absolute path of the home. */
  readonly home: string
  readonly database: Database
  readonly genesis: Genesis
  readonly verify: VerifySignature
  readonly log: Log
}

/** What one chain has on disk, checked and ready for its replica. */
export interface OpenChainFiles {
  readonly store: ChainStore
  readonly wal: WriteAheadLog
  readonly guard: SigningGuard
  /** Of the log of the height after the head; empty when there are none. */
  readonly entries: readonly Uint8Array[]
  /** False when nobody knows any more what the consensus key has signed (W9). */
  readonly maySign: boolean
  close(): Promise<void>
}

/** @throws StorageError */
export async function openChainFiles(options: ChainFilesOptions): Promise<OpenChainFiles> {
  const { database, genesis } = options
  const store = database.chainStore(genesis.chain)
  const guard = await openGuard(store, options)
  await repairStore({ ...options, store })
  const { wal, entries } = await openLog(options, readHeight(store) + 1)
  const close = async () => {
    await wal.close()
    await guard.close()
  }
  return { store, wal, guard, entries, maySign: !guard.isCorrupt, close }
}

/**
 * The guard is there before the store is, and before its key is marked as used: a store or a used key
 * without one has lost it, and nobody knows what was signed. That is written down, for starting again
 * must not make it good.
 */
async function openGuard(store: ChainStore, { home, genesis, log }: ChainFilesOptions) {
  const path = `${home}/${HOME_FILES.guard}`
  const keyUse = `${home}/${HOME_FILES.keyUse}`
  const guard = await SigningGuard.open(path, genesis.chain)
  const isUsed = isKeyUsed(keyUse)
  if (guard.isNew) await (!isUsed && (await store.isEmpty()) ? guard.begin() : guard.condemn())
  if (!guard.isCorrupt && !isUsed) await markKeyUsed(keyUse, genesis.chain)
  if (guard.isCorrupt) {
    log.error(
      { path },
      'the signing guard is lost or damaged: this node follows the chain and signs nothing until it rejoins',
    )
  }
  return guard
}

/** W8: the log of the next height is taken up; that of any other is of no use. */
async function openLog({ home, genesis, log }: ChainFilesOptions, height: number) {
  const path = `${home}/${HOME_FILES.wal}/${genesis.chain}.wal`
  await mkdir(dirname(path), { recursive: true })
  const wal = await WriteAheadLog.open(path, genesis.chain)
  const { recovered } = wal
  if (recovered.state === 'corrupt')
    log.error({ path }, 'the write-ahead log is damaged: it is set aside')
  if (recovered.state === 'torn')
    log.info({ path }, 'the last write to the log was cut short, and is dropped')
  if (recovered.state !== 'corrupt' && recovered.height === height)
    return { wal, entries: recovered.entries }
  wal.reset(height)
  return { wal, entries: [] }
}
