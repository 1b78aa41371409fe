import { proposerOf } from '../consensus/proposer.ts'
import { createHeight } from '../consensus/state.ts'
import { SEEN_SIGNATURES_MAX } from '../limits.ts'
import { BoundedMap } from './bounded-map.ts'
import { continueCatchUp } from './catch-up/catch-up.ts'
import type { Core, HeightWork } from './core.ts'
import { onFrame } from './frames.ts'
import { announceWork } from './working.ts'

/** Opens the height after the head (R0): a fresh machine, the messages that came early, and work if there is any. */
export function enterHeight(core: Core): void {
  core.work = newHeight(core)
  startHeartbeat(core)
  const early = core.future
  core.future = []
  for (const { from, bytes } of early) onFrame(core, from, bytes)
  announceWork(core)
  continueCatchUp(core)
}

export function newHeight(
  core: Pick<Core, 'genesis' | 'head' | 'self' | 'signer' | 'abstainThrough'>,
): HeightWork {
  const { genesis, head } = core
  const height = head.height + 1
  const size = genesis.committee.members.length
  const speaks = core.signer !== null && height > core.abstainThrough
  return {
    height,
    machine: createHeight({
      chain: genesis.chain,
      height,
      size,
      self: speaks ? core.self : null,
      proposer: (view) => proposerOf(height, view, size, head.proposers),
      parameters: genesis.document.parameters,
      parentTimeMs: head.timeMs,
    }),
    candidates: new Map(),
    unchecked: new Map(),
    farMessages: new Map(),
    wanted: new Set(),
    seen: new BoundedMap(SEEN_SIGNATURES_MAX),
    decided: null,
    committing: false,
    workTold: false,
    heartbeatDue: false,
  }
}

/** Without work, a block every so often keeps receipts and ledger time fresh. */
export function startHeartbeat(core: Core): void {
  core.effects.push({
    kind: 'timer',
    timer: { name: 'heartbeat', height: core.work.height },
    ms: core.genesis.document.parameters.heartbeatMs,
  })
}

export function onHeartbeat(core: Core, height: number): void {
  if (height !== core.work.height) return
  core.work.heartbeatDue = true
  announceWork(core)
}
