import type { ConsensusEffect } from './effect.ts'
import type { Evidence } from './evidence.ts'
import type { PrePrepare, Vote } from './message.ts'
import type { HeightState } from './state.ts'

/** R12: a member signed two different messages where it may sign one. */
export function accuseEquivocation(
  state: HeightState,
  first: Vote | PrePrepare,
  second: Vote | PrePrepare,
  effects: ConsensusEffect[],
): void {
  accuse(state, { kind: 'equivocation', first, second }, effects)
}

/**
 * R12: a member that committed to a block in one view prepared another one later, by a justification
 * older than its lock. Both messages are its own, so they prove it without anything else.
 */
export function accuseAmnesia(state: HeightState, vote: Vote, effects: ConsensusEffect[]): void {
  for (const other of state.votes.votesOf(vote.member)) {
    const [commit, prepare] = vote.kind === 'commit' ? [vote, other] : [other, vote]
    if (commit.kind !== 'commit' || prepare.kind !== 'prepare') continue
    if (commit.block === null || prepare.block === null || commit.block === prepare.block) continue
    if (prepare.view > commit.view && prepare.validView < commit.view) {
      accuse(state, { kind: 'amnesia', commit, prepare }, effects)
    }
  }
}

function accuse(
  state: HeightState,
  evidence: Exclude<Evidence, { kind: 'nonce-reuse' }>,
  effects: ConsensusEffect[],
): void {
  const message = evidence.kind === 'equivocation' ? evidence.second : evidence.prepare
  if (isAccused(state, evidence.kind, message)) return
  state.accused.add(accusationOf(evidence.kind, message))
  effects.push({ kind: 'accuse', evidence })
}

/** Whether a member was accused already of what it said at the place of this message. */
export function isAccused(
  state: HeightState,
  kind: Evidence['kind'],
  message: Vote | PrePrepare,
): boolean {
  return state.accused.has(accusationOf(kind, message))
}

function accusationOf(
  accused: Evidence['kind'],
  { member, view, kind }: Vote | PrePrepare,
): string {
  return `${accused}/${member}/${view}/${kind}`
}
