import type { PeerId, StreamHandler } from '@libp2p/interface'
import { assert } from '../../protocol/assert.ts'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { FRAME_BYTES_MAX, MEMBER_CONNECTIONS_MAX } from '../../protocol/limits.ts'
import { protocolId } from '../../protocol/wire/gossip.ts'
import type { Log } from '../log.ts'
import type { ChainMetrics } from '../metrics.ts'
import { openMemberStream } from './dialer.ts'
import { encodeFrame } from './frame-codec.ts'
import type { Host } from './host.ts'
import { InboundStreams } from './inbound-streams.ts'
import { memberAddresses } from './member-addresses.ts'
import { MemberLink } from './member-link.ts'

export type StreamMetrics = Pick<ChainMetrics, 'streamQueue' | 'framesDropped'>

export interface MemberStreamsOptions {
  readonly host: Host
  readonly genesis: Genesis
  /** Our own place in the committee; null for a node that has none. */
  readonly self: number | null
  readonly extraAddresses: readonly string[]
  readonly metrics: StreamMetrics
  readonly log: Log
}

export interface StreamEvents {
  frame(from: number, bytes: Uint8Array): void
  /** Our stream to this member came up or went down. */
  peer(member: number, connected: boolean): void
}

/** The direct streams of one chain: to each other member one that we write, and from each one that we read. */
export class MemberStreams {
  readonly #options: MemberStreamsOptions
  readonly #protocol: string
  readonly #members: ReadonlyMap<string, number>
  readonly #links = new Map<number, MemberLink>()
  #inbound: InboundStreams | undefined

  constructor(options: MemberStreamsOptions) {
    const { chain, committee } = options.genesis
    this.#options = options
    this.#protocol = protocolId(chain)
    this.#members = new Map(committee.members.map(({ peerId }, index) => [peerId, index]))
  }

  async start(events: StreamEvents): Promise<void> {
    const { host, log } = this.#options
    const inbound = new InboundStreams({
      onFrame: (from, bytes) => events.frame(from, bytes),
      onViolation: (from, { rejected, detail }) => {
        log.warn({ member: this.#nameOf(from), rejected, detail }, 'a direct stream was closed')
      },
    })
    this.#inbound = inbound
    const addresses = memberAddresses(this.#options.genesis, this.#options.extraAddresses, log)
    for (const [peerId, member] of this.#members) {
      if (member === this.#options.self) continue
      const target = { peerId, addresses: addresses[member] ?? [] }
      this.#links.set(member, this.#link(member, events, target))
    }
    await host.handle(this.#protocol, this.#handler(inbound), {
      maxInboundStreams: MEMBER_CONNECTIONS_MAX,
      maxOutboundStreams: MEMBER_CONNECTIONS_MAX,
      runOnLimitedConnection: false,
    })
    host.addEventListener('peer:connect', this.#onConnect)
    for (const link of this.#links.values()) link.start()
  }

  async stop(): Promise<void> {
    const { host } = this.#options
    host.removeEventListener('peer:connect', this.#onConnect)
    await host.unhandle(this.#protocol)
    await Promise.all([...this.#links.values()].map((link) => link.stop()))
    this.#links.clear()
    this.#inbound?.stop()
  }

  send(to: number, bytes: Uint8Array): void {
    assertFrameSize(bytes)
    this.#links.get(to)?.send(encodeFrame(bytes))
  }

  broadcast(bytes: Uint8Array): void {
    assertFrameSize(bytes)
    const frame = encodeFrame(bytes)
    for (const link of this.#links.values()) link.send(frame)
  }

  #link(
    member: number,
    events: StreamEvents,
    target: Parameters<typeof openMemberStream>[1],
  ): MemberLink {
    const { host, self, metrics, log } = this.#options
    const name = this.#nameOf(member)
    return new MemberLink({
      open: (signal) => openMemberStream(host, target, this.#protocol, signal),
      // Of two members one calls first; the other does if no call comes.
      waitsFirst: self !== null && member > self,
      onChange: (connected) => {
        log.info({ member: name }, connected ? 'connected to a member' : 'lost a member')
        events.peer(member, connected)
      },
      onFailure: (error) =>
        log.debug({ member: name, error: String(error) }, 'no stream to a member'),
      onQueue: (frames) => metrics.streamQueue(name, frames),
      onDropped: (frames) => metrics.framesDropped(name, frames),
    })
  }

  #handler(inbound: InboundStreams): StreamHandler {
    return (stream, { remotePeer }) => {
      const from = this.#members.get(remotePeer.toString())
      if (from === undefined) {
        stream.abort(new Error('not a member'))
        return
      }
      inbound.accept(from, stream)
      this.#links.get(from)?.wake()
    }
  }

  readonly #onConnect = ({ detail }: CustomEvent<PeerId>): void => {
    const member = this.#members.get(detail.toString())
    if (member !== undefined) this.#links.get(member)?.wake()
  }

  #nameOf(member: number): string {
    return this.#options.genesis.committee.members[member]?.organisation ?? String(member)
  }
}

/** Our own frames keep to the limit by construction. */
function assertFrameSize(bytes: Uint8Array): void {
  const { length } = bytes
  assert(length > 0 && length <= FRAME_BYTES_MAX, 'a frame has content within the limit')
}
