import { createHash } from 'node:crypto'
import { type GossipsubOpts, StrictNoSign } from '@libp2p/gossipsub'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import {
  COMMIT_PROOF_BYTES_MAX,
  GOSSIP_BATCH_BYTES_MAX,
  GOSSIP_BUFFER_BYTES_MAX,
  GOSSIP_RPC_BYTES_MAX,
  GOSSIP_VERDICT_MS,
  HEADER_BYTES_MAX,
} from '../../protocol/limits.ts'
import type { GossipTopic } from '../../protocol/replica/input.ts'
import { gossipTopic } from '../../protocol/wire/gossip.ts'

const TOPIC_BYTES_MAX: Readonly<Record<GossipTopic, number>> = {
  records: GOSSIP_BATCH_BYTES_MAX,
  blocks: 8 + HEADER_BYTES_MAX + COMMIT_PROOF_BYTES_MAX,
}

/** The topics of a chain, by their name on the wire. */
export function chainTopics(chain: Digest): ReadonlyMap<string, GossipTopic> {
  const topics = Object.keys(TOPIC_BYTES_MAX) as GossipTopic[]
  return new Map(topics.map((topic) => [gossipTopic(chain, topic), topic]))
}

const HEARTBEAT_MS = 700
const SEEN_MS = 300_000

/**
 * Gossip of one chain. Messages are unsigned, because each record carries its author's signature, and
 * are known by their content. Every one waits for the replica's verdict before it is passed on.
 */
export function gossipOptions({ chain, committee }: Genesis): Partial<GossipsubOpts> {
  const topics = chainTopics(chain)
  const members = new Set(committee.members.map(({ peerId }) => peerId))
  return {
    globalSignaturePolicy: StrictNoSign,
    asyncValidation: true,
    msgIdFn: ({ data }) => contentId(data),
    msgIdToStrFn: (id) => Buffer.from(id).toString('latin1'),
    dataTransform: {
      inboundTransform: (topic, data) => checkedSize(topics.get(topic), data),
      outboundTransform: (_topic, data) => data,
    },
    allowedTopics: new Set(topics.keys()),
    fallbackToFloodsub: false,
    floodPublish: true,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    doPX: false,
    tagMeshPeers: false,
    D: 8,
    Dlo: 6,
    Dhi: 12,
    heartbeatInterval: HEARTBEAT_MS,
    // A message must be remembered until its verdict.
    mcacheLength: Math.ceil(GOSSIP_VERDICT_MS / HEARTBEAT_MS) + 1,
    seenTTL: SEEN_MS,
    // No announcements of what is cached: the answer to a request for many messages is one transmission
    // of any size. Whoever misses a record gets it over a direct stream.
    Dlazy: 0,
    gossipFactor: 0,
    maxInboundDataLength: GOSSIP_RPC_BYTES_MAX,
    maxOutboundBufferSize: GOSSIP_BUFFER_BYTES_MAX,
    decodeRpcLimits: {
      maxSubscriptions: 64,
      maxMessages: 256,
      maxIhaveMessageIDs: 512,
      maxIwantMessageIDs: 512,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 64,
      maxPeerInfos: 0,
    },
    ...scoring(topics.keys(), members),
  }
}

/** The rule of protocol/wire/gossip.ts (messageId), computed by the native library. */
export function contentId(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

function checkedSize(topic: GossipTopic | undefined, data: Uint8Array): Uint8Array {
  const bytesMax = topic === undefined ? 0 : TOPIC_BYTES_MAX[topic]
  // Thrown for the library, which counts it as an invalid message of the sender.
  if (data.length > bytesMax)
    throw new RangeError(`gossip of ${data.length} bytes, at most ${bytesMax}`)
  return data
}

const MEMBER_SCORE = 10
const GRAYLIST_SCORE = -16_000
/** One provably false message: ten times the graylist. */
const FALSE_MESSAGE_SCORE = 10 * GRAYLIST_SCORE
const GRAYLISTED_SECONDS = 600
/** The penalty goes with the square of a counter that decays each second: back at the graylist after ten minutes. */
const FALSE_MESSAGE_DECAY = 0.1 ** (1 / (2 * GRAYLISTED_SECONDS))

/**
 * Scores decide about gossip only: below the graylist a member's gossip is not looked at for ten
 * minutes. They never touch a connection, so nobody who makes us score a member badly can keep its
 * votes away. Silence is no fault on an idle chain, and organisations may share an IP address.
 */
function scoring(
  topics: Iterable<string>,
  members: ReadonlySet<string>,
): Pick<GossipsubOpts, 'scoreParams' | 'scoreThresholds'> {
  const topicScore = {
    topicWeight: 1,
    timeInMeshWeight: 0,
    timeInMeshQuantum: 1_000,
    timeInMeshCap: 1,
    firstMessageDeliveriesWeight: 0,
    firstMessageDeliveriesDecay: 0.5,
    firstMessageDeliveriesCap: 1,
    meshMessageDeliveriesWeight: 0,
    meshMessageDeliveriesDecay: 0.5,
    meshMessageDeliveriesCap: 1,
    meshMessageDeliveriesThreshold: 1,
    meshMessageDeliveriesWindow: 10,
    meshMessageDeliveriesActivation: 1_000,
    meshFailurePenaltyWeight: 0,
    meshFailurePenaltyDecay: 0.5,
    invalidMessageDeliveriesWeight: FALSE_MESSAGE_SCORE,
    invalidMessageDeliveriesDecay: FALSE_MESSAGE_DECAY,
  }
  return {
    scoreParams: {
      topics: Object.fromEntries([...topics].map((topic) => [topic, topicScore])),
      topicScoreCap: 100,
      appSpecificScore: (peer) => (members.has(peer) ? MEMBER_SCORE : GRAYLIST_SCORE),
      appSpecificWeight: 1,
      IPColocationFactorWeight: 0,
      behaviourPenaltyThreshold: 6,
      decayInterval: 1_000,
      retainScore: GRAYLISTED_SECONDS * 1_000,
    },
    scoreThresholds: {
      gossipThreshold: -4_000,
      publishThreshold: -8_000,
      graylistThreshold: GRAYLIST_SCORE,
      acceptPXThreshold: 100,
      opportunisticGraftThreshold: 5,
    },
  }
}
