import { assertNever } from '../assert.ts'
import type { ConsensusEffect } from '../consensus/effect.ts'
import type { ConsensusInput } from '../consensus/input.ts'
import { signableOf } from '../consensus/message.ts'
import { stepHeight } from '../consensus/step.ts'
import type { Digest } from '../digest.ts'
import { REBROADCAST_JITTER_MS } from '../limits.ts'
import { encodeWireMessage } from '../wire/message-codec.ts'
import { startBuild } from './blocks/building.ts'
import { presentBlock, takeUnchecked } from './blocks/candidates.ts'
import { checkBlock } from './blocks/checking.ts'
import { decide } from './blocks/deciding.ts'
import { type Core, chainOf, type Saying } from './core.ts'
import { encodeWalEntry } from './durability/wal-entry.ts'
import { addEvidence } from './evidence-pool.ts'
import { rebroadcast } from './pool/rebroadcasting.ts'
import { queueSayings } from './saying.ts'

/** Gives the machine of the present height one input: first to the log (W1), then to the machine. */
export function feed(core: Core, input: ConsensusInput): void {
  if (core.work.decided !== null) return
  core.effects.push({ kind: 'log', entry: encodeWalEntry({ kind: 'input', input }) })
  performAll(core, stepHeight(core.work.machine, input))
  checkPresentProposal(core)
}

/** The body of the proposal of the present view is checked, also when it came before its view. */
export function checkPresentProposal(core: Core): void {
  const block = core.work.decided === null ? presentBlock(core.work) : undefined
  if (block !== undefined) checkProposed(core, block)
}

/** @returns false when its body is not here */
function checkProposed(core: Core, block: Digest): boolean {
  const proposed = takeUnchecked(core, block)
  if (proposed === undefined) return core.work.candidates.has(block)
  checkBlock(core, proposed.header, proposed.body, block)
  return true
}

/** What the machine says in one step becomes durable in one barrier. */
export function performAll(core: Core, effects: readonly ConsensusEffect[]): void {
  const sayings: Saying[] = []
  for (const effect of effects) {
    if (effect.kind === 'say') {
      const signable = signableOf(chainOf(core), effect.draft)
      sayings.push({ draft: effect.draft, signable, justification: effect.justification })
    }
  }
  if (sayings.length > 0) queueSayings(core, sayings)
  for (const effect of effects) perform(core, effect)
}

function perform(core: Core, effect: ConsensusEffect): void {
  switch (effect.kind) {
    case 'say':
      return
    case 'build':
      return startBuild(core, effect.view)
    case 'fetch':
      return fetchBody(core, effect.block, effect.from)
    case 'timer':
      return startTimer(core, effect)
    case 'rebroadcast':
      return rebroadcast(core, effect.messages, effect.bundles)
    case 'decide':
      return decide(core, effect.proof)
    case 'accuse':
      return addEvidence(core, effect.evidence)
    default:
      return assertNever(effect)
  }
}

/**
 * A timer replaces the one of its name that runs. After a crash a node takes up the timers of its log
 * and hears its own last words, which may bring it into a later view: the timers of that view stay.
 */
function startTimer(
  core: Core,
  { timer: name, view, ms }: Extract<ConsensusEffect, { kind: 'timer' }>,
): void {
  const { height, machine } = core.work
  if (view !== machine.view) return
  const jitter = name === 'rebroadcast' ? jitterMs(core, view) : 0
  core.effects.push({ kind: 'timer', timer: { name, height, view }, ms: ms + jitter })
}

/** A quorum voted for it: it may be here, waiting for its view; else those who voted for it have it. */
function fetchBody(core: Core, block: Digest, members: readonly number[]): void {
  if (checkProposed(core, block)) return
  const { height, wanted } = core.work
  wanted.add(block)
  const bytes = encodeWireMessage({ kind: 'get-proposal', height, block })
  for (const to of members) if (to !== core.self) core.effects.push({ kind: 'send', to, bytes })
}

/** Spreads the members' repetitions without randomness, which protocol/ does not have. */
function jitterMs(core: Core, view: number): number {
  return (((core.self ?? 0) + 1) * 67 + core.work.height * 31 + view * 17) % REBROADCAST_JITTER_MS
}
