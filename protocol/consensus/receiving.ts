import { NO_VIEW } from '../signables.ts'
import { accuseAmnesia, accuseEquivocation, isAccused } from './accusing.ts'
import type { ConsensusEffect } from './effect.ts'
import type { ConsensusInput } from './input.ts'
import type { ConsensusMessage, PrePrepare, Vote } from './message.ts'
import type { HeightState } from './state.ts'
import { isNearby } from './vote-keeper.ts'

type MessageInput = Extract<ConsensusInput, { kind: 'message' }>

/** Takes in one message. What follows from it is for the rules. */
export function onMessage(
  state: HeightState,
  input: MessageInput,
  effects: ConsensusEffect[],
): void {
  const { message } = input
  if (message.kind === 'pre-prepare') receiveProposal(state, message, input, effects)
  else receiveVote(state, message, effects)
}

/**
 * Whether taking in a message would change anything. What changes nothing need not be logged either:
 * a member that floods us with its contradictions would fill the log.
 */
export function isNews(state: HeightState, message: ConsensusMessage): boolean {
  const { view, member } = message
  const known = state.latest[member]
  if (!isNearby(view, state.view)) return known !== undefined && view > (known?.view ?? NO_VIEW)
  if (message.kind !== 'pre-prepare') return state.votes.hasRoomFor(message)
  const first = state.proposals.get(view)?.message ?? null
  const isRepeated = first?.block === message.block && first.validView === message.validView
  return first === null || !(isRepeated || isAccused(state, 'equivocation', message))
}

function receiveProposal(
  state: HeightState,
  message: PrePrepare,
  { receivedMs, blockTimeMs }: MessageInput,
  effects: ConsensusEffect[],
): void {
  const { block, validView, view, member } = message
  if (member !== state.context.proposer(view) || validView >= view) return
  noteView(state, message)
  if (!isNearby(view, state.view)) return
  const first = state.proposals.get(view)
  if (first === undefined) {
    state.proposals.set(view, { block, validView, blockTimeMs, receivedMs, message })
    // The body came along and is checked now. That of another view is looked into when a quorum wants it.
    if (view === Math.max(state.view, 0)) state.asked.add(block)
  } else if (first.block === block && first.validView === validView) {
    if (first.message === null) state.proposals.set(view, { ...first, message })
  } else if (first.message !== null) {
    accuseEquivocation(state, first.message, message, effects)
  }
}

function receiveVote(state: HeightState, vote: Vote, effects: ConsensusEffect[]): void {
  if (state.latest[vote.member] === undefined) return
  noteView(state, vote)
  if (!isNearby(vote.view, state.view)) return
  const contradicted = state.votes.add(vote)
  if (contradicted !== undefined) accuseEquivocation(state, contradicted, vote, effects)
  accuseAmnesia(state, vote, effects)
}

/** One message for each member shows where it is. A vote shows it better: it can travel in a bundle. */
function noteView(state: HeightState, message: ConsensusMessage): void {
  const known = state.latest[message.member] ?? null
  const later = known === null || message.view > known.view
  const better = known?.kind === 'pre-prepare' && message.view === known.view
  if (later || better) state.latest[message.member] = message
}

/** Votes that came as one: all are taken in before any rule looks, and a quorum among them counts as it stands. */
export function onBundle(
  state: HeightState,
  votes: readonly Vote[],
  effects: ConsensusEffect[],
): void {
  for (const vote of votes) receiveVote(state, vote, effects)
  state.votes.noticeQuorums(votes)
}
