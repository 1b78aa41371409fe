import { blockIdOf } from '../../chain/header.ts'
import type { ConsensusEffect } from '../../consensus/effect.ts'
import type { ConsensusInput, TimerName } from '../../consensus/input.ts'
import { type Draft, signableOf } from '../../consensus/message.ts'
import { stepHeight } from '../../consensus/step.ts'
import { type Digest, digestOf } from '../../digest.ts'
import type { Guard } from '../../ports.ts'
import { isRejection } from '../../rejection.ts'
import { examine } from '../blocks/checking.ts'
import { decide } from '../blocks/deciding.ts'
import { performAll } from '../consensus-link.ts'
import { type Core, chainOf, type Saying } from '../core.ts'
import { guardedDigest, hearOwn, isBeyondGuard, speak } from '../saying.ts'
import { decodeWalEntry, type WalEntry } from './wal-entry.ts'

/**
 * Whether the log explains all that the guard says was signed at the height of the log. When it does
 * not, the log has lost something: a lock may be lost with it, so nothing is signed up to that height
 * (W9). Heights do not share locks, so the next one is safe.
 *
 * @returns the height up to which the node abstains; 0 when it need not
 */
export function abstainThrough(
  guard: Guard | null,
  entries: readonly Uint8Array[],
  height: number,
): number {
  if (guard === null || guard.height < height) return 0
  if (guard.height > height) return guard.height
  const logged = new Set<Digest>()
  for (const entry of readEntries(entries)) if (entry.kind === 'signed') logged.add(entry.signable)
  const signed = [guard.prePrepare, guard.prepare, guard.commit]
  return signed.every((digest) => digest === null || logged.has(digest)) ? 0 : guard.height
}

function readEntries(entries: readonly Uint8Array[]): WalEntry[] {
  const read: WalEntry[] = []
  for (const bytes of entries) {
    const entry = decodeWalEntry(bytes)
    if (!isRejection(entry)) read.push(entry)
  }
  return read
}

/** What a replay leaves to be done in the present. */
interface Replay {
  readonly said: Saying[]
  readonly timers: Map<TimerName, Extract<ConsensusEffect, { kind: 'timer' }>>
  pendingBuild: Extract<ConsensusEffect, { kind: 'build' }> | null
  decision: Extract<ConsensusEffect, { kind: 'decide' }> | null
  readonly rest: ConsensusEffect[]
}

/**
 * W8: the log's inputs go through the same machine and give the same state. Their effects do not
 * happen again; what was signed is said again, and what was under way is taken up.
 */
export function recover(core: Core, entries: readonly Uint8Array[]): void {
  const replay: Replay = {
    said: [],
    timers: new Map(),
    pendingBuild: null,
    decision: null,
    rest: [],
  }
  const blocks: { header: Uint8Array; body: Uint8Array }[] = []
  for (const entry of readEntries(entries)) {
    if (entry.kind === 'block') blocks.push(entry)
    else if (entry.kind === 'input') replayInput(core, entry.input, replay)
  }
  const decided = replay.decision?.proof
  for (const { header, body } of blocks) {
    const block = blockIdOf(header)
    if (decided === undefined || decided.block === block) examine(core, header, body, block)
  }
  if (decided !== undefined) return decide(core, decided)
  resumeSpeaking(core, replay.said)
  const { pendingBuild } = replay
  performAll(core, [
    ...replay.timers.values(),
    ...replay.rest,
    ...(pendingBuild === null ? [] : [pendingBuild]),
  ])
}

function replayInput(core: Core, input: ConsensusInput, replay: Replay): void {
  if (input.kind === 'work') core.work.workTold = true
  if (input.kind === 'built') replay.pendingBuild = null
  for (const effect of stepHeight(core.work.machine, input)) {
    if (effect.kind === 'say') replay.said.push(sayingOf(core, effect.draft, effect.justification))
    else if (effect.kind === 'timer') replay.timers.set(effect.timer, effect)
    else if (effect.kind === 'build') replay.pendingBuild = effect
    else if (effect.kind === 'decide') replay.decision = effect
    else if (effect.kind === 'fetch' || effect.kind === 'accuse') replay.rest.push(effect)
  }
}

function sayingOf(core: Core, draft: Draft, justification: Saying['justification']): Saying {
  return { draft, justification, signable: signableOf(chainOf(core), draft) }
}

/**
 * What the guard still names is signed again, bit for bit; what it has not reached was never signed,
 * whatever the log says of the intention, and is said now. What it has passed was said long ago.
 */
function resumeSpeaking(core: Core, said: readonly Saying[]): void {
  const unsaid: ConsensusEffect[] = []
  for (const saying of said) {
    const { draft, justification } = saying
    if (guardedDigest(core.guard, draft) === digestOf(saying.signable))
      hearOwn(core, speak(core, saying))
    else if (isBeyondGuard(core.guard, draft)) unsaid.push({ kind: 'say', draft, justification })
  }
  performAll(core, unsaid)
}
