import type { Digest } from '../digest.ts'
import { NO_VIEW } from '../signables.ts'
import type { ConsensusEffect } from './effect.ts'
import type { ConsensusInput } from './input.ts'
import type { HeightState } from './state.ts'

/**
 * R1: says PRE-PREPARE. The own proposal is known to be valid, so R2 or R3 answers it in the same
 * step, and both messages share one barrier.
 */
export function propose(
  state: HeightState,
  block: Digest,
  effects: ConsensusEffect[],
  blockTimeMs = 0,
): void {
  const { self, height } = state.context
  if (self === null || state.proposals.has(state.view)) return
  const validView = block === state.validBlock ? state.validView : NO_VIEW
  const { view } = state
  // A leader finds its own block timely: it took the time from its own clock.
  state.proposals.set(view, {
    block,
    validView,
    blockTimeMs,
    receivedMs: blockTimeMs,
    message: null,
  })
  effects.push({
    kind: 'say',
    draft: { kind: 'pre-prepare', height, view, block, validView, member: self },
    justification: validView === NO_VIEW ? [] : state.validPolka,
  })
}

/** The block that R1 asked for. If a quorum prepared another one meanwhile, that one is proposed. */
export function onBuilt(
  state: HeightState,
  { view, block, blockTimeMs }: Extract<ConsensusInput, { kind: 'built' }>,
  effects: ConsensusEffect[],
): void {
  state.checked.set(block, true)
  if (view !== state.view || state.step !== 'propose') return
  propose(state, state.validBlock ?? block, effects, blockTimeMs)
}
