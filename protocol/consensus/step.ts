import { assertNever } from '../assert.ts'
import { NO_VIEW } from '../signables.ts'
import { decide } from './deciding.ts'
import type { ConsensusEffect } from './effect.ts'
import type { ConsensusInput } from './input.ts'
import { commit, commitNil, lock, rememberLatePolka, waitForCommits } from './locking.ts'
import { answerProposal, prepare, waitForPrepares } from './preparing.ts'
import { onBuilt } from './proposing.ts'
import { rebroadcast } from './rebroadcasting.ts'
import { onBundle, onMessage } from './receiving.ts'
import type { HeightState } from './state.ts'
import { leaveNilView, onWork, skipToLaterView, startOnProposal, startView } from './view-change.ts'

/**
 * One step of the machine of one height: takes in one input, then fires every rule that holds.
 * Synchronous and deterministic: the same inputs in the same order give the same effects.
 *
 * @param state changed in place
 */
export function stepHeight(state: HeightState, input: ConsensusInput): readonly ConsensusEffect[] {
  const effects: ConsensusEffect[] = []
  if (state.step === 'decided') return effects
  takeIn(state, input, effects)
  fireRules(state, effects)
  return effects
}

function takeIn(state: HeightState, input: ConsensusInput, effects: ConsensusEffect[]): void {
  switch (input.kind) {
    case 'work':
      return onWork(state, effects)
    case 'message':
      return onMessage(state, input, effects)
    case 'bundle':
      return onBundle(state, input.votes, effects)
    case 'checked':
      // A verdict stands: the same body on the same parent is executed to the same result.
      if (!state.checked.has(input.block)) state.checked.set(input.block, input.valid)
      return
    case 'built':
      return onBuilt(state, input, effects)
    case 'timeout':
      return onTimeout(state, input, effects)
    default:
      return assertNever(input)
  }
}

/** R10: nothing came in time, so say nil, or go on to the next view. */
function onTimeout(
  state: HeightState,
  { timer, view }: Extract<ConsensusInput, { kind: 'timeout' }>,
  effects: ConsensusEffect[],
): void {
  if (view !== state.view) return
  switch (timer) {
    case 'propose':
      if (state.step === 'propose') prepare(state, null, NO_VIEW, effects)
      return
    case 'prepare':
      if (state.step === 'prepared') commit(state, null, effects)
      return
    case 'commit':
      return startView(state, view + 1, state.votes.anyCommits(view), effects)
    case 'rebroadcast':
      return rebroadcast(state, effects)
    default:
      return assertNever(timer)
  }
}

type Rule = (state: HeightState, effects: ConsensusEffect[]) => boolean

/** In the order in which they are tried; each says whether it fired. */
const RULES: readonly Rule[] = [
  startOnProposal, // R0
  answerProposal, // R2, R3
  waitForPrepares, // R4
  lock, // R5
  rememberLatePolka, // R5, of an earlier view
  commitNil, // R6
  waitForCommits, // R7
  leaveNilView, // R7, the shortcut
  decide, // R8
  skipToLaterView, // R9
]

/**
 * After one rule fired, all are tried again from the first: so the order of firing is a function of the
 * state. It ends, because every rule that fires raises the view, the step or the valid view, or marks itself fired.
 */
function fireRules(state: HeightState, effects: ConsensusEffect[]): void {
  // `as` because the compiler does not see that a rule may have ended the height.
  while (
    (state.step as HeightState['step']) !== 'decided' &&
    RULES.some((rule) => rule(state, effects))
  );
}
