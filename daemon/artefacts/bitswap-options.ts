import { CHUNK_BYTES } from '../../protocol/limits.ts'

/** Blocks that one reader asks for at a time: bounds the memory of both sides. */
export const WINDOW_BLOCKS = 16
export const WINDOW_BYTES = WINDOW_BLOCKS * CHUNK_BYTES
/** Artefacts that this node fetches from others at a time. */
export const FETCHES_MAX = 4

/** Small files that are asked for together; what they hold is bounded in bytes as well. */
export const GROUP_BLOCKS = 2 * WINDOW_BLOCKS

/**
 * A member's wants that we remember; each may cost a block of memory while it is answered. As many as
 * one who keeps to these bounds may have: what is beyond it is forgotten, and asked for again much later.
 */
const WANTS_PER_PEER_MAX = FETCHES_MAX * GROUP_BLOCKS

/**
 * A wantlist of a whole window is answered as one transfer, so time-outs are for slow links: 16 MiB
 * in two minutes is 140 kB/s.
 */
export const BITSWAP_OPTIONS = {
  /** How long wants are collected before they are sent, in ms: those of a group come in one turn. */
  sendWantlistDebounce: 1,
  maxInboundStreams: 64,
  maxOutboundStreams: 64,
  messageSendTimeout: 120_000,
  sendBlocksTimeout: 120_000,
  messageReceiveTimeout: 60_000,
  maxOutgoingMessageSize: 4 * CHUNK_BYTES,
  maxIncomingMessageSize: 4 * CHUNK_BYTES + 65_536,
  /** Two spellings of one option: the type and the code of the library differ. */
  maxWantlistSize: WANTS_PER_PEER_MAX,
  maxWantListSize: WANTS_PER_PEER_MAX,
}
