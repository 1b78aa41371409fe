import {
  BODY_BYTES_MAX,
  BUNDLE_VOTES_MAX,
  COMMIT_PROOF_BYTES_MAX,
  GOSSIP_BATCH_BYTES_MAX,
  HEADER_BYTES_MAX,
  VOTE_BYTES_MAX,
} from '../limits.ts'
import type { WireMessage } from './message.ts'

/** First byte of a frame. A number is never given to another kind again. */
export const WIRE_TAGS = {
  vote: 1,
  proposal: 2,
  bundle: 3,
  records: 4,
  tip: 5,
  'get-blocks': 6,
  block: 7,
  'no-block': 8,
  'get-proposal': 9,
  'proposed-block': 10,
} as const satisfies Record<WireMessage['kind'], number>

const VOTES_BYTES_MAX = BUNDLE_VOTES_MAX * VOTE_BYTES_MAX
/** Tags, numbers, digests and the length words between the parts. */
const FIXED_BYTES_MAX = 64

/** Longest frame of each kind: a small message cannot be sent with a large one's appetite. */
export const WIRE_BYTES_MAX: Readonly<Record<WireMessage['kind'], number>> = {
  vote: FIXED_BYTES_MAX + VOTE_BYTES_MAX,
  proposal: FIXED_BYTES_MAX + VOTE_BYTES_MAX + HEADER_BYTES_MAX + BODY_BYTES_MAX + VOTES_BYTES_MAX,
  bundle: FIXED_BYTES_MAX + VOTES_BYTES_MAX,
  records: FIXED_BYTES_MAX + GOSSIP_BATCH_BYTES_MAX,
  tip: FIXED_BYTES_MAX + HEADER_BYTES_MAX + COMMIT_PROOF_BYTES_MAX,
  'get-blocks': FIXED_BYTES_MAX,
  block: FIXED_BYTES_MAX + HEADER_BYTES_MAX + BODY_BYTES_MAX + COMMIT_PROOF_BYTES_MAX,
  'no-block': FIXED_BYTES_MAX,
  'get-proposal': FIXED_BYTES_MAX,
  'proposed-block': FIXED_BYTES_MAX + HEADER_BYTES_MAX + BODY_BYTES_MAX,
}

const KINDS: ReadonlyMap<number, WireMessage['kind']> = new Map(
  Object.entries(WIRE_TAGS).map(([kind, tag]) => [tag, kind as WireMessage['kind']]),
)

export function wireKindOf(tag: number): WireMessage['kind'] | undefined {
  return KINDS.get(tag)
}
