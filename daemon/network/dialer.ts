import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { REDIAL_MAX_MS, REDIAL_MIN_MS } from '../../protocol/limits.ts'
import type { Host } from './host.ts'

const OPEN_STREAM_TIMEOUT_MS = 5_000

/**
 * How long to wait before the next attempt: doubled from REDIAL_MIN_MS to REDIAL_MAX_MS, less a random
 * part, so that nodes that start together do not call each other in step.
 *
 * @param failures attempts that failed since the last good one
 * @param chance in [0, 1)
 */
export function redialDelayMs(failures: number, chance: number): number {
  const fullMs = Math.min(REDIAL_MAX_MS, REDIAL_MIN_MS * 2 ** Math.min(failures, 30))
  return fullMs * (1 - chance / 2)
}

export interface MemberTarget {
  readonly peerId: string
  readonly addresses: readonly Multiaddr[]
}

/**
 * Opens a direct stream to a member, over a connection that is there, whoever made it, or a new one.
 *
 * @throws whatever libp2p says when the member cannot be reached or does not speak the protocol
 */
export async function openMemberStream(
  host: Host,
  target: MemberTarget,
  protocol: string,
  signal: AbortSignal,
): Promise<Stream> {
  const connection = newestConnection(host, target.peerId) ?? (await dial(host, target, signal))
  const timeout = AbortSignal.timeout(OPEN_STREAM_TIMEOUT_MS)
  return connection.newStream(protocol, { signal: AbortSignal.any([signal, timeout]) })
}

/** The newest is the one that lives: a member that crashed leaves us the ends of older ones. */
function newestConnection(host: Host, peerId: string): Connection | undefined {
  return host
    .getConnections(peerIdFromString(peerId))
    .filter(({ status }) => status === 'open')
    .toSorted((a, b) => b.timeline.open - a.timeline.open)[0]
}

async function dial(host: Host, { peerId, addresses }: MemberTarget, signal: AbortSignal) {
  if (addresses.length === 0) throw new RangeError(`no address of ${peerId} is known`)
  return host.dial([...addresses], { signal })
}
