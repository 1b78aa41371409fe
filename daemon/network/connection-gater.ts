import type { ConnectionGater, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { MEMBER_CONNECTIONS_MAX } from '../../protocol/limits.ts'
import type { Log } from '../log.ts'
import { peerIdIn } from './member-addresses.ts'

export interface GaterOptions {
  readonly genesis: Genesis
  /** Connections that a peer has now. */
  readonly connectionsOf: (peer: PeerId) => number
  readonly log: Log
}

/**
 * Lets in, and lets us call, the members of the chain and nobody else. A caller is known once the
 * Noise handshake has proven its key; it is refused before any protocol is spoken. One member cannot
 * take the connections of the others.
 */
export function memberGater({ genesis, connectionsOf, log }: GaterOptions): ConnectionGater {
  const members = new Set(genesis.committee.members.map(({ peerId }) => peerId))
  const isStranger = (peer: PeerId) => !members.has(peer.toString())
  const refuse = (peer: PeerId) => {
    const refused = isStranger(peer)
    if (refused) log.debug({ peer: peer.toString() }, 'a peer that is no member was refused')
    return refused
  }
  return {
    denyDialPeer: isStranger,
    denyDialMultiaddr: (address: Multiaddr) => !members.has(peerIdIn(address) ?? ''),
    denyInboundEncryptedConnection: refuse,
    denyOutboundEncryptedConnection: refuse,
    denyInboundUpgradedConnection: (peer) => connectionsOf(peer) >= MEMBER_CONNECTIONS_MAX,
    denyInboundRelayReservation: () => true,
    denyInboundRelayedConnection: () => true,
    denyOutboundRelayedConnection: () => true,
    filterMultiaddrForPeer: (peer) => !isStranger(peer),
  }
}
