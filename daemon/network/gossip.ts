import { type GossipSub, type GossipsubMessage, TopicValidatorResult } from '@libp2p/gossipsub'
import type { Connection, PeerId } from '@libp2p/interface'
import { assert } from '../../protocol/assert.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { Verdict } from '../../protocol/rejection.ts'
import type { GossipTopic } from '../../protocol/replica/input.ts'
import { gossipTopic } from '../../protocol/wire/gossip.ts'
import type { Log } from '../log.ts'
import { chainTopics } from './gossip-options.ts'
import { PendingVerdicts } from './pending-verdicts.ts'

export interface GossipMessage {
  readonly ref: number
  /** The member that forwarded it, which need not be the one that published it. */
  readonly from: number
  readonly topic: GossipTopic
  readonly bytes: Uint8Array
}

/** What the router's class has and its published type leaves out. */
interface Router extends GossipSub {
  reportMessageValidationResult(id: string, from: string, verdict: TopicValidatorResult): void
  onPeerConnected(peer: PeerId, connection: Connection): void
}

export interface GossipOptions {
  readonly router: GossipSub
  readonly chain: Digest
  /** Peer ids by member. */
  readonly peerIds: readonly string[]
  /** Open connections to members. */
  readonly connections: () => readonly Connection[]
  readonly metrics: GossipMetrics
  readonly log: Log
}

/** What is counted of gossip. */
export interface GossipMetrics {
  gossipVerdict(topic: GossipTopic, verdict: Verdict | 'accept'): void
}

const VERDICTS = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const satisfies Record<Verdict | 'accept', TopicValidatorResult>

const HEAL_INTERVAL_MS = 2_000

/** The gossip of one chain: what is heard is handed on with a number, and passed on once that is accepted. */
export class ChainGossip {
  readonly #options: GossipOptions
  readonly #router: Router
  readonly #topics: ReadonlyMap<string, GossipTopic>
  readonly #members: ReadonlyMap<string, number>
  readonly #pending = new PendingVerdicts(() => performance.now())
  #onMessage: ((message: GossipMessage) => void) | undefined
  #healing: NodeJS.Timeout | undefined

  constructor(options: GossipOptions) {
    const { router, chain, peerIds } = options
    assert('reportMessageValidationResult' in router, 'the router takes verdicts')
    assert('onPeerConnected' in router, 'the router can be told of a connection')
    this.#options = options
    this.#router = router as Router
    this.#topics = chainTopics(chain)
    this.#members = new Map(peerIds.map((peerId, index) => [peerId, index]))
  }

  start(onMessage: (message: GossipMessage) => void): void {
    this.#onMessage = onMessage
    this.#router.addEventListener('gossipsub:message', this.#onGossip)
    for (const topic of this.#topics.keys()) this.#router.subscribe(topic)
    this.#healing = setInterval(() => this.#tick(), HEAL_INTERVAL_MS)
  }

  stop(): void {
    clearInterval(this.#healing)
    this.#router.removeEventListener('gossipsub:message', this.#onGossip)
    for (const topic of this.#topics.keys()) this.#router.unsubscribe(topic)
    this.#pending.clear()
    this.#onMessage = undefined
  }

  publish(topic: GossipTopic, bytes: Uint8Array): void {
    const { chain, log } = this.#options
    this.#router.publish(gossipTopic(chain, topic), bytes).catch((error: unknown) => {
      log.warn({ topic, error: String(error) }, 'gossip could not be published')
    })
  }

  /** A number that is not waiting any more is no fault: verdicts may come too late. */
  verdict(ref: number, verdict: Verdict | 'accept'): void {
    const message = this.#pending.settle(ref)
    if (message === undefined) return
    this.#options.metrics.gossipVerdict(message.topic, verdict)
    this.#report(message.messageId, message.from, verdict)
  }

  readonly #onGossip = ({ detail }: CustomEvent<GossipsubMessage>): void => {
    const { propagationSource, msgId: messageId, msg } = detail
    const topic = this.#topics.get(msg.topic)
    if (topic === undefined) return
    const source = propagationSource.toString()
    const from = this.#members.get(source)
    if (from === undefined) {
      this.#router.reportMessageValidationResult(messageId, source, VERDICTS.reject)
      return
    }
    const ref = this.#pending.add({ messageId, from, topic, bytes: msg.data.length })
    // A plain copy: what the router gives is a Buffer over the whole transmission.
    if (ref === undefined) this.#report(messageId, from, 'ignore')
    else this.#onMessage?.({ ref, from, topic, bytes: new Uint8Array(msg.data) })
  }

  #report(messageId: string, from: number, verdict: Verdict | 'accept'): void {
    const source = this.#options.peerIds[from]
    assert(source !== undefined, 'a forwarder is a member')
    this.#router.reportMessageValidationResult(messageId, source, VERDICTS[verdict])
  }

  #tick(): void {
    for (const { messageId, from } of this.#pending.timedOut()) {
      this.#report(messageId, from, 'ignore')
    }
    // A stream of the router that was reset, say by a full buffer, is opened again only for a new
    // connection. Told of the old one, it opens what is missing and does nothing otherwise.
    for (const connection of this.#options.connections()) {
      this.#router.onPeerConnected(connection.remotePeer, connection)
    }
  }
}
