import { assert } from '../assert.ts'
import type { ConsensusMessage, Draft } from '../consensus/message.ts'
import { type Digest, digestOf } from '../digest.ts'
import type { Guard } from '../ports.ts'
import { encodeWireMessage } from '../wire/message-codec.ts'
import { feed } from './consensus-link.ts'
import type { Core, Saying } from './core.ts'
import { encodeWalEntry } from './durability/wal-entry.ts'

/**
 * Persist, then sign, then send. Own messages wait here for their barrier, one barrier at a time:
 * the guard names exactly one (height, view), and what it names is signed before it moves on.
 */
export function queueSayings(core: Core, sayings: readonly Saying[]): void {
  core.sayings.push(...sayings)
  if (!core.sayingInFlight) persistNext(core)
}

function persistNext(core: Core): void {
  const first = core.sayings[0]
  core.sayingInFlight = first !== undefined
  if (first === undefined) return
  const together = core.sayings.findIndex(({ draft }) => !samePlace(draft, first.draft))
  const sayings = core.sayings.splice(0, together === -1 ? core.sayings.length : together)
  for (const { signable } of sayings) {
    core.effects.push({
      kind: 'log',
      entry: encodeWalEntry({ kind: 'signed', signable: digestOf(signable) }),
    })
  }
  core.guard = sayings.reduce<Guard | null>(raised, core.guard)
  assert(core.guard !== null, 'a saying raises the guard')
  const job = core.nextJob++
  core.jobs.set(job, { kind: 'say', sayings })
  core.effects.push({ kind: 'persist', job, guard: core.guard })
}

/** The barrier is down: sign, send to the committee, and hear ourselves. */
export function finishSayings(core: Core, sayings: readonly Saying[]): void {
  // Of a height that is decided nothing is said any more: whoever is behind is told of the decision itself.
  const current = sayings.filter(
    ({ draft }) => draft.height === core.work.height && !core.work.committing,
  )
  const spoken = current.map((saying) => speak(core, saying))
  core.sayingInFlight = false
  persistNext(core)
  for (const message of spoken) hearOwn(core, message)
}

export function speak(core: Core, { draft, signable, justification }: Saying): ConsensusMessage {
  assert(core.signer !== null, 'only a node with its consensus key says anything')
  const message: ConsensusMessage = { ...draft, signature: core.signer.sign(signable) }
  const bytes = frameOf(core, message, justification)
  if (bytes !== undefined) core.effects.push({ kind: 'broadcast', bytes })
  return message
}

/** A PRE-PREPARE travels with its block; undefined when the block is gone because its height is over. */
export function frameOf(
  core: Core,
  message: ConsensusMessage,
  justification: Saying['justification'],
): Uint8Array | undefined {
  if (message.kind !== 'pre-prepare') return encodeWireMessage({ kind: 'vote', vote: message })
  const candidate = core.work.candidates.get(message.block)
  if (candidate === undefined) return undefined
  const { headerBytes: header, bodyBytes: body } = candidate
  return encodeWireMessage({ kind: 'proposal', prePrepare: message, header, body, justification })
}

export function hearOwn(core: Core, message: ConsensusMessage): void {
  if (message.height !== core.work.height) return
  const blockTimeMs =
    message.kind === 'pre-prepare'
      ? (core.work.candidates.get(message.block)?.header.timeMs ?? 0)
      : 0
  feed(core, { kind: 'message', message, receivedMs: core.nowMs, blockTimeMs })
}

function samePlace(a: Draft, b: Draft): boolean {
  return a.height === b.height && a.view === b.view
}

function raised(guard: Guard | null, { draft, signable }: Saying): Guard {
  const base: Guard =
    guard !== null && guard.height === draft.height && guard.view === draft.view
      ? guard
      : { height: draft.height, view: draft.view, prePrepare: null, prepare: null, commit: null }
  return { ...base, [GUARD_FIELD[draft.kind]]: digestOf(signable) }
}

const GUARD_FIELD = { 'pre-prepare': 'prePrepare', prepare: 'prepare', commit: 'commit' } as const

/** What the guard holds for the kind of a message at its place; null when it holds nothing. */
export function guardedDigest(guard: Guard | null, draft: Draft): Digest | null {
  if (guard === null || guard.height !== draft.height || guard.view !== draft.view) return null
  return guard[GUARD_FIELD[draft.kind]]
}

/** Whether the place of a message lies after all that the guard names, so that it was never signed. */
export function isBeyondGuard(guard: Guard | null, draft: Draft): boolean {
  if (guard === null || draft.height > guard.height) return true
  if (draft.height < guard.height || draft.view < guard.view) return false
  return draft.view > guard.view || guard[GUARD_FIELD[draft.kind]] === null
}
