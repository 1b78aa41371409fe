import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { assert } from '../protocol/assert.ts'
import type { Digest } from '../protocol/digest.ts'
import { HOME_FILES, SECRET_FOLDER_MODE } from '../protocol/home.ts'
import { didOf } from '../protocol/records/did-key.ts'
import { createReplica } from '../protocol/replica/replica.ts'
import { openArtefactStore } from './artefacts/artefact-store.ts'
import { Cleanup } from './cleanup.ts'
import { checkNodeKeys, loadConfig, type NodeConfig } from './config/config.ts'
import { watchOwnKey } from './driver/key-watch.ts'
import { Rejoin } from './driver/rejoin.ts'
import { ReplicaDriver } from './driver/replica-driver.ts'
import { createSigner, createVerifier } from './keys/ed25519.ts'
import { type NodeKeys, readNodeKeys } from './keys/key-file.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createHost } from './network/host.ts'
import { createChainNetwork } from './network/network.ts'
import { createRpcServer, type TcpAddress } from './rpc/server.ts'
import { ownSocketFolder } from './rpc/socket-path.ts'
import { type OpenChainFiles, openChainFiles } from './storage/chain-files.ts'
import { Database } from './storage/database.ts'
import { GuardedSigner } from './storage/guarded-signer.ts'
import { takeLock } from './storage/lock.ts'
import { packageVersion } from './version.ts'

export interface StartOptions {
  readonly home: string
  /** In place of the one in the home's configuration; 0 takes any free port. */
  readonly rpcTcpPort?: number | undefined
  /** A write or a sync failed while the node ran: the process must end now (W7). */
  readonly fatal: (error: Error) => void
}

export interface RunningNode {
  readonly organisation: string
  readonly chain: Digest
  readonly height: number
  /** Path of the local API's socket. */
  readonly socket: string
  /** Of the local API on loopback, where it is switched on. */
  readonly rpcTcpPort?: number
  /** Multiaddrs, with the peer id. */
  readonly listen: readonly string[]
  /** Stops everything in reverse; the home may then be started again. */
  stop(): Promise<void>
}

/** All parts of a node that others are built from. */
interface Parts {
  readonly config: NodeConfig
  readonly keys: NodeKeys
  readonly log: Log
  readonly metrics: Metrics
  readonly cleanup: Cleanup
  readonly fatal: (error: Error) => void
}

/**
 * Builds and starts the node of a home, from top to bottom.
 *
 * @throws ConfigError, SecretFileError, KeyFileError, StorageError, HostError, SocketInUseError: what a person can put right
 */
export async function startNode(options: StartOptions): Promise<RunningNode> {
  const { home, fatal } = options
  const inHome = await loadConfig(home)
  const config = { ...inHome, rpcTcpPort: options.rpcTcpPort ?? inHome.rpcTcpPort }
  const log = createLog(config.organisation)
  const cleanup = new Cleanup()
  try {
    const keys = await readNodeKeys(config.home)
    checkNodeKeys(config, keys)
    return await startParts({ config, keys, log, metrics: createMetrics(), cleanup, fatal })
  } catch (error) {
    await cleanup.run(log)
    throw error
  }
}

async function startParts(parts: Parts): Promise<RunningNode> {
  const { config, keys, log, metrics, cleanup } = parts
  const { genesis, organisation, self, socket } = config
  const { chain } = genesis
  const files = await openFiles(parts)
  const host = await createHost({
    privateKeySeed: keys.network.seed,
    listen: config.listen,
    announce: config.announce,
    genesis,
    log,
  })
  cleanup.add('the network host', () => host.stop())
  const artefacts = await openArtefactStore({ folder: `${config.home}/${HOME_FILES.blocks}`, host })
  cleanup.add('the artefact store', () => artefacts.stop())
  const network = createChainNetwork({
    host,
    genesis,
    self,
    extraAddresses: config.peers,
    metrics: metrics.ofChain(chain),
    log,
  })
  const driver = startDriver(parts, files, network)
  cleanup.add('the chain', () => driver.stop())
  const rejoin = guardOwnKey(parts, files, driver)
  await network.start({
    frame: (from, bytes) => driver.frame(from, bytes),
    gossip: (message) => driver.gossip(message),
    peer: (member, connected) => driver.peer(member, connected),
  })
  cleanup.add('the streams to the members', () => network.stop())
  const peerId = host.peerId.toString()
  const { genesisBytes, home } = config
  const service = { genesis, genesisBytes, self, driver, store: files.store, rejoin }
  const rpc = createRpcServer(
    {
      version: packageVersion(),
      organisation,
      peerId,
      home,
      chains: [service],
      artefacts,
      metrics,
      log,
    },
    { socket, ...tcpOf(config) },
  )
  cleanup.add('the local API', () => rpc.close())
  if (dirname(socket) !== home) await ownSocketFolder(dirname(socket))
  await rpc.listen()
  const { height } = driver.status()
  const listen = host.getMultiaddrs().map(String)
  log.info({ chain, height, socket, listen }, 'the node runs')
  const rpcTcpPort = rpc.port()
  return {
    organisation,
    chain,
    height,
    socket,
    listen,
    ...(rpcTcpPort === undefined ? {} : { rpcTcpPort }),
    stop: () => cleanup.run(log),
  }
}

function tcpOf({ home, rpcTcpPort: port }: NodeConfig): { readonly tcp?: TcpAddress } {
  if (port === undefined) return {}
  return { tcp: { host: '127.0.0.1', port, tokenFile: `${home}/${HOME_FILES.rpcToken}` } }
}

/** Everything on disk, checked and, where it can be, repaired, before anyone else hears of this node. */
async function openFiles({ config, log, cleanup }: Parts): Promise<OpenChainFiles> {
  const { genesis, home } = config
  await mkdir(`${home}/${HOME_FILES.data}`, { recursive: true, mode: SECRET_FOLDER_MODE })
  const release = await takeLock(`${home}/${HOME_FILES.lock}`)
  cleanup.add('the lock on the home', release)
  const database = await Database.open(`${home}/${HOME_FILES.data}`, genesis.chain)
  cleanup.add('the database', () => database.close())
  const files = await openChainFiles({ home, database, genesis, verify: createVerifier(), log })
  cleanup.add('the log and the guard', () => files.close())
  return files
}

/**
 * A node that signs looks whether its key signs elsewhere, too. One whose guard is lost only follows, until
 * its organisation lets it sign again.
 */
function guardOwnKey(
  { config, log, cleanup, fatal }: Parts,
  { store, guard, maySign }: OpenChainFiles,
  driver: ReplicaDriver,
): Rejoin | undefined {
  const { genesis, self } = config
  if (maySign) {
    driver.listen((event) => {
      if (event.kind === 'block') watchOwnKey({ store, guard, self, fatal }, event.block.height)
    })
    return undefined
  }
  const member = genesis.committee.members[self]
  assert(member !== undefined, 'the organisation of a home is a member of its network')
  const consensusKey = didOf(member.consensusKey)
  const rejoin = new Rejoin({ store, guard, consensusKey, log, fatal })
  driver.listen(({ kind }) => {
    if (kind === 'block') rejoin.look()
  })
  cleanup.add('the new signing guard', () => rejoin.settled())
  return rejoin
}

function startDriver(
  { config, keys, log, metrics, fatal }: Parts,
  files: OpenChainFiles,
  network: ReturnType<typeof createChainNetwork>,
): ReplicaDriver {
  const { genesis, self } = config
  const { store, guard, entries, maySign } = files
  const signer = maySign
    ? new GuardedSigner(genesis.chain, guard, createSigner(keys.consensus.seed))
    : null
  const replica = createReplica({
    genesis,
    self,
    signer,
    reader: store,
    log: entries,
    guard: guard.durable,
  })
  const driver = new ReplicaDriver({
    replica,
    files,
    network,
    verify: createVerifier(),
    metrics: metrics.ofChain(genesis.chain),
    log,
    fatal,
  })
  driver.listen((event) => {
    if (event.kind === 'alarm')
      log.error({ alarm: event.alarm, detail: event.detail }, 'the chain raises an alarm')
    if (event.kind === 'accuse')
      log.warn({ evidence: event.evidence.kind }, 'someone broke a rule, and it can be proven')
  })
  driver.start()
  return driver
}
