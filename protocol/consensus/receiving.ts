import { accuseAmnesia, accuseEquivocation } from './accusing.ts'
import { decideBy } from './deciding.ts'
import type { ConsensusEffect } from './effect.ts'
import type { ConsensusInput } from './input.ts'
import type { Commit, Prepare, Vote } from './message.ts'
import type { HeightState } from './state.ts'
import { findCommitQuorum, findPolka, VIEWS_KEPT } from './vote-keeper.ts'
import { startView } from './view-change.ts'

type MessageInput = Extract<ConsensusInput, { kind: 'message' }>

export function onMessage(state: HeightState, input: MessageInput, effects: ConsensusEffect[]): void {
  const { message } = input
  if (message.kind === 'pre-prepare') receiveProposal(state, input, effects)
  else receiveVote(state, message, effects)
}

function receiveProposal(state: HeightState, input: MessageInput, effects: ConsensusEffect[]): void {
  const { message, receivedMs, blockTimeMs } = input
  if (message.kind !== 'pre-prepare' || message.member !== state.context.proposer(message.view)) return
  if (message.validView >= message.view || message.view > state.view + VIEWS_KEPT) return
  const { block, validView, view } = message
  const first = state.proposals.get(view)
  if (first === undefined) {
    state.proposals.set(view, { block, validView, blockTimeMs, receivedMs, message })
  } else if (first.block === block && first.validView === validView) {
    if (first.message === null) state.proposals.set(view, { ...first, message })
  } else if (first.message !== null) {
    accuseEquivocation(state, first.message, message, effects)
  }
  // A direct proposal overtakes gossip: it is work enough to start the height (design, section 5a).
  if (state.step === 'new' && view === 0) startView(state, 0, [], effects)
}

function receiveVote(state: HeightState, vote: Vote, effects: ConsensusEffect[]): void {
  const latest = state.latest[vote.member]
  if (latest === undefined) return
  if (latest === null || vote.view > latest.view) state.latest[vote.member] = vote
  // Of a view that is far away only its number counts (R9): memory stays bounded.
  if (Math.abs(vote.view - Math.max(state.view, 0)) > VIEWS_KEPT) return
  const contradicted = state.votes.add(vote)
  if (contradicted !== undefined) accuseEquivocation(state, contradicted, vote, effects)
  accuseAmnesia(state, vote, effects)
}

/**
 * Votes that came as one. A certificate among them counts as it stands, even where single votes were
 * not kept: because their view is far away, or because their member voted twice before.
 */
export function onBundle(
  state: HeightState,
  votes: readonly Vote[],
  effects: ConsensusEffect[],
): void {
  for (const vote of votes) receiveVote(state, vote, effects)
  const polka = findPolka(votes.filter((vote): vote is Prepare => vote.kind === 'prepare'), state.quorum)
  if (polka !== undefined) state.votes.addPolka(polka)
  const commits = findCommitQuorum(votes.filter((vote): vote is Commit => vote.kind === 'commit'), state.quorum)
  if (commits !== undefined) decideBy(state, commits, effects)
}
