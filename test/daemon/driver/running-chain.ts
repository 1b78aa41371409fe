import { mkdir } from 'node:fs/promises'
import type { ChainFiles } from '../../../daemon/driver/barriers.ts'
import { ReplicaDriver } from '../../../daemon/driver/replica-driver.ts'
import { createSigner, createVerifier } from '../../../daemon/keys/ed25519.ts'
import { createMetrics } from '../../../daemon/metrics.ts'
import { type OpenChainFiles, openChainFiles } from '../../../daemon/storage/chain-files.ts'
import { Database } from '../../../daemon/storage/database.ts'
import { GuardedSigner } from '../../../daemon/storage/guarded-signer.ts'
import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { HOME_FILES } from '../../../protocol/home.ts'
import { createReplica } from '../../../protocol/replica/replica.ts'
import { testRoleKey } from '../../support/keys.ts'
import { silentLog } from '../network/silent-log.ts'

/** One node that is its whole network: what it proposes, it decides. */
export interface RunningChain {
  readonly driver: ReplicaDriver
  readonly files: OpenChainFiles
  readonly fatal: Error[]
  /** Stops in good order. */
  stop(): Promise<void>
}

interface RunOptions {
  readonly genesis: Genesis
  /** Replaces some of the files by worse ones. */
  readonly spoil?: (files: OpenChainFiles) => Partial<ChainFiles>
}

export async function openFiles(home: string, genesis: Genesis) {
  const data = `${home}/${HOME_FILES.data}`
  await mkdir(data, { recursive: true })
  const database = await Database.open(data, genesis.chain)
  const files = await openChainFiles({
    home,
    database,
    genesis,
    verify: createVerifier(),
    log: silentLog(),
  })
  return { database, files }
}

export async function runChain(
  home: string,
  { genesis, spoil }: RunOptions,
): Promise<RunningChain> {
  const { database, files } = await openFiles(home, genesis)
  const { store, guard, wal, entries, maySign } = files
  const sign = createSigner(testRoleKey(0, 'consensus').seed)
  const signer = maySign ? new GuardedSigner(genesis.chain, guard, sign) : null
  const replica = createReplica({
    genesis,
    self: 0,
    signer,
    reader: store,
    log: entries,
    guard: guard.durable,
  })
  const fatal: Error[] = []
  const driver = new ReplicaDriver({
    replica,
    files: { store, guard, wal, ...spoil?.(files) } as { store: typeof store } & ChainFiles,
    network: { send: () => {}, broadcast: () => {}, gossip: () => {}, gossipVerdict: () => {} },
    verify: createVerifier(),
    metrics: createMetrics().ofChain(genesis.chain),
    log: silentLog(),
    fatal: (error) => fatal.push(error),
  })
  driver.start()
  const stop = async () => {
    await driver.stop()
    await files.close()
    await database.close()
  }
  return { driver, files, fatal, stop }
}
