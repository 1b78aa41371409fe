import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { COMMITTEE_MEMBERS_MAX, MEMBER_CONNECTIONS_MAX } from '../../protocol/limits.ts'
import type { Log } from '../log.ts'
import { memberGater } from './connection-gater.ts'
import { gossipOptions } from './gossip-options.ts'
import { joinedWrites } from './joined-writes.ts'
import { rareWindowUpdates } from './window-updates.ts'

export type HostCode = 'port-taken' | 'listen-failed'

/** The node cannot be reached where its configuration says. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: HostCode

  constructor(code: HostCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface HostServices extends Record<string, unknown> {
  readonly identify: Identify
  readonly ping: Ping
  readonly gossip: GossipSub
}

export type Host = Libp2p<HostServices>

export interface HostOptions {
  /** 32-byte secret of the network key: the peer id follows from it. */
  readonly privateKeySeed: Uint8Array
  /** Multiaddrs without the peer id. */
  readonly listen: readonly string[]
  /** What the others are told instead of the addresses listened on; may be empty. */
  readonly announce: readonly string[]
  readonly genesis: Genesis
  readonly log: Log
}

/** A member that says nothing for so long is gone: a cable that was cut sends no farewell. */
const PING_INTERVAL_MS = 10_000
/** Generous, because a node that is busy is not gone. */
const PING_TIMEOUT_MIN_MS = 15_000
const DIAL_TIMEOUT_MS = 5_000

/** A paused stream may still receive its window: it must fit into what is kept unread. */
const STREAM_WINDOW_BYTES_MAX = 4_194_304

const CONNECTIONS_MAX = COMMITTEE_MEMBERS_MAX * MEMBER_CONNECTIONS_MAX
/** Connections a second from one address: all members behind one router may start together. */
const INBOUND_PER_SECOND_MAX = 4 * COMMITTEE_MEMBERS_MAX

/**
 * The one libp2p host of a node, started. It knows the members of its chain and talks to nobody else:
 * no bootstrap, discovery, routing, relays or port mapping.
 *
 * @throws HostError that names the address
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const host = await buildHost(options)
  try {
    await host.start()
    return host
  } catch (cause) {
    await host.stop()
    throw listenError(options.listen, cause)
  }
}

async function buildHost({
  privateKeySeed,
  listen,
  announce,
  genesis,
  log,
}: HostOptions): Promise<Host> {
  const host: Host = await createLibp2p<HostServices>({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', privateKeySeed),
    nodeInfo: { name: 'pedigree', userAgent: 'pedigree' },
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [
      tcp({ dialOpts: { noDelay: true }, listenOpts: { noDelay: true, keepAlive: true } }),
    ],
    connectionEncrypters: [joinedWrites(noise())],
    streamMuxers: [
      rareWindowUpdates(yamux({ streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES_MAX } })),
    ],
    connectionGater: memberGater({
      genesis,
      connectionsOf: (peer) => host.getConnections(peer).length,
      log,
    }),
    connectionManager: {
      maxConnections: CONNECTIONS_MAX,
      maxIncomingPendingConnections: 2 * COMMITTEE_MEMBERS_MAX,
      inboundConnectionThreshold: INBOUND_PER_SECOND_MAX,
      maxParallelDials: COMMITTEE_MEMBERS_MAX,
      dialTimeout: DIAL_TIMEOUT_MS,
      addressDialTimeout: DIAL_TIMEOUT_MS / 2,
      // Members are dialled by our own dialer, for ever.
      reconnectRetries: 0,
    },
    connectionMonitor: {
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: { minTimeout: PING_TIMEOUT_MIN_MS },
    },
    services: { identify: identify(), ping: ping(), gossip: gossipsub(gossipOptions(genesis)) },
  })
  return host
}

/** libp2p reports all addresses in one text, a line for each that failed, and stacks between them. */
function listenError(listen: readonly string[], cause: unknown): HostError {
  const lines = String(cause).split('\n')
  const taken = lines.find((line) => line.includes('EADDRINUSE'))
  if (taken === undefined) {
    const faults = lines.flatMap((line) => /Error: listen (.*)$/.exec(line)?.[1] ?? [])
    const why = faults.length > 0 ? faults.join('; ') : (lines[0] ?? '')
    const remedy = 'listen on an address of this machine, with a port that its user may open'
    return new HostError(
      'listen-failed',
      `cannot listen on ${listen.join(', ')}: ${why}: ${remedy}`,
      { cause },
    )
  }
  const address = listen.find((text) => taken.includes(`${text}:`)) ?? listen.join(', ')
  const remedy = 'stop the program that uses this port, or listen on another'
  return new HostError('port-taken', `${address} is taken: ${remedy}`, { cause })
}
