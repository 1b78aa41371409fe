import type { Connection } from '@libp2p/interface'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { Verdict } from '../../protocol/rejection.ts'
import type { GossipTopic } from '../../protocol/replica/input.ts'
import type { Log } from '../log.ts'
import { ChainGossip, type GossipMessage, type GossipMetrics } from './gossip.ts'
import type { Host } from './host.ts'
import { MemberStreams, type StreamEvents, type StreamMetrics } from './member-streams.ts'

/** What the network tells. Bytes are within their size limit, and nothing more is known of them. */
export interface NetworkEvents extends StreamEvents {
  /** To be answered by one gossipVerdict of the same `ref`. */
  gossip(message: GossipMessage): void
}

/** Everything that one chain says to the other members, and hears from them. Members are indices of the committee. */
export interface ChainNetwork {
  /** To one member's direct stream. Dropped while that is down: it is said again when it is up. */
  send(to: number, bytes: Uint8Array): void
  /** To every other member's direct stream. */
  broadcast(bytes: Uint8Array): void
  gossip(topic: GossipTopic, bytes: Uint8Array): void
  gossipVerdict(ref: number, verdict: Verdict | 'accept'): void
  /** Returns before anyone is connected: `peer` tells. */
  start(events: NetworkEvents): Promise<void>
  /** Ends the streams; the host itself is its owner's to stop. */
  stop(): Promise<void>
}

export interface ChainNetworkOptions {
  /** Started (createHost). */
  readonly host: Host
  readonly genesis: Genesis
  /** Our place in the committee; null for a node that has none. */
  readonly self: number | null
  /** Multiaddrs of members beside those in genesis, with or without the peer id. */
  readonly extraAddresses: readonly string[]
  readonly metrics: StreamMetrics & GossipMetrics
  readonly log: Log
}

export function createChainNetwork(options: ChainNetworkOptions): ChainNetwork {
  const { host, genesis, metrics, log } = options
  const streams = new MemberStreams(options)
  const gossip = new ChainGossip({
    router: host.services.gossip,
    chain: genesis.chain,
    peerIds: genesis.committee.members.map(({ peerId }) => peerId),
    connections: () => openConnections(host),
    metrics,
    log,
  })
  return {
    send: (to, bytes) => streams.send(to, bytes),
    broadcast: (bytes) => streams.broadcast(bytes),
    gossip: (topic, bytes) => gossip.publish(topic, bytes),
    gossipVerdict: (ref, verdict) => gossip.verdict(ref, verdict),
    start: async (events) => {
      gossip.start((message) => events.gossip(message))
      await streams.start(events)
    },
    stop: async () => {
      gossip.stop()
      await streams.stop()
    },
  }
}

/** The gater lets in members only. */
function openConnections(host: Host): readonly Connection[] {
  return host.getConnections().filter(({ status }) => status === 'open')
}
