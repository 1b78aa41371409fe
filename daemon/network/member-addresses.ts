import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { MEMBER_ADDRESSES_MAX } from '../../protocol/limits.ts'
import type { Log } from '../log.ts'

/** The peer id that an address ends with, base58. */
export function peerIdIn(address: Multiaddr): string | undefined {
  return address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value
}

/**
 * Where each member may be found, by its index: the addresses in genesis, then the operator's. Those of
 * the operator that name no peer are tried for every member: the handshake tells who is there.
 *
 * @param extra multiaddrs with or without `/p2p/<peer id>`; what cannot be used is logged and left out
 */
export function memberAddresses(
  genesis: Genesis,
  extra: readonly string[],
  log: Log,
): readonly (readonly Multiaddr[])[] {
  const { members } = genesis.committee
  const known = new Set(members.map(({ peerId }) => peerId))
  const operators = extra.flatMap((text) => parse(text, log) ?? [])
  for (const address of operators) {
    const peer = peerIdIn(address)
    if (peer !== undefined && !known.has(peer)) {
      log.warn(
        { address: address.toString() },
        'the address of a peer that is no member is not used',
      )
    }
  }
  return members.map(({ organisation, peerId }) => {
    const identity = genesis.document.members.find((one) => one.organisation === organisation)
    const named = (identity?.addresses ?? []).flatMap((text) => parse(text, log) ?? [])
    const own = operators.filter((address) => peerIdIn(address) === peerId)
    const unnamed = operators.filter((address) => peerIdIn(address) === undefined)
    return distinct([...own, ...named, ...unnamed], peerId)
  })
}

function distinct(addresses: readonly Multiaddr[], peerId: string): readonly Multiaddr[] {
  const texts = addresses.map((address) =>
    peerIdIn(address) === undefined ? `${address.toString()}/p2p/${peerId}` : address.toString(),
  )
  return [...new Set(texts)].slice(0, MEMBER_ADDRESSES_MAX).map((text) => multiaddr(text))
}

function parse(text: string, log: Log): Multiaddr | undefined {
  try {
    return multiaddr(text)
  } catch (error) {
    log.warn({ address: text, error: String(error) }, 'an address that cannot be read is not used')
    return undefined
  }
}
