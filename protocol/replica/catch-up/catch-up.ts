import { type CommitProof, commitProofChecks } from '../../chain/commit-proof.ts'
import { blockIdOf, decodeHeader } from '../../chain/header.ts'
import { decidedBlockChecks } from '../../chain/verify-block.ts'
import {
  CATCH_UP_BUFFER_BLOCKS_MAX,
  CATCH_UP_HURRY_MS,
  CATCH_UP_PEERS_MIN,
  CATCH_UP_RANGE_BLOCKS_MAX,
  CATCH_UP_TIMEOUT_MS,
} from '../../limits.ts'
import { isRejection } from '../../rejection.ts'
import { decodeTip } from '../../wire/gossip.ts'
import type { WireMessage } from '../../wire/message.ts'
import { encodeWireMessage } from '../../wire/message-codec.ts'
import { examine } from '../blocks/checking.ts'
import { decide, isDecidedHere } from '../blocks/deciding.ts'
import { blockContext, type Core, chainOf, type Job, verifyThen } from '../core.ts'

type BlockMessage = Extract<WireMessage, { kind: 'block' }>

/**
 * Fetching decided blocks. A height claim is worth nothing: only a commit proof moves the target, and
 * every block is verified in order, with all the signatures of its proof.
 */
export interface CatchUp {
  /** The greatest height for which a valid proof was seen. */
  target: number
  /** Height -> members that were asked for it and have not answered. Nobody else's answer is taken. */
  readonly asked: Map<number, readonly number[]>
  /** Members that sent a block since blocks were asked for last. */
  readonly delivered: Set<number>
  /** Members that lied or let a request time out: not asked again while there are others. */
  readonly shunned: Set<number>
  readonly buffered: Map<number, { readonly from: number; readonly block: BlockMessage }>
  /** Height of the block that is being verified; 0 when none is. */
  verifying: number
  /** Our height when blocks were asked for last. */
  askedAt: number
  attempt: number
  /** How much of the time-out is over. */
  waitedMs: number
  running: boolean
}

export function idleCatchUp(): CatchUp {
  return {
    target: 0,
    asked: new Map(),
    delivered: new Set(),
    shunned: new Set(),
    buffered: new Map(),
    verifying: 0,
    askedAt: 0,
    attempt: 0,
    waitedMs: 0,
    running: false,
  }
}

/** Someone claims to have decided a later block. */
export function onTip(
  core: Core,
  from: number,
  tip: { readonly header: Uint8Array; readonly proof: CommitProof },
): void {
  const header = decodeHeader(tip.header)
  if (isRejection(header) || header.height <= Math.max(core.head.height, core.catchUp.target))
    return
  if (header.chain !== chainOf(core) || header.height !== tip.proof.height) return
  if (blockIdOf(tip.header) !== tip.proof.block) return
  const { messages: outstanding } = core.outstanding
  if (!outstanding.hasRoom(from, tip.proof.signers.length)) return
  if (!core.limits.consensus.take(from, tip.proof.signers.length, core.nowMs)) return
  const checks = commitProofChecks(tip.proof, core.genesis.committee, chainOf(core))
  if (isRejection(checks)) return
  const job = verifyThen(core, checks, { kind: 'tip', from, proof: tip.proof })
  outstanding.begin(job, from, checks.length)
}

export function onGossipedTip(core: Core, from: number, ref: number, bytes: Uint8Array): void {
  const tip = decodeTip(bytes)
  // Every member decides for itself and hears of a block from its proposer: nothing needs forwarding.
  core.effects.push({
    kind: 'gossip-verdict',
    ref,
    verdict: isRejection(tip) ? 'reject' : 'ignore',
  })
  if (!isRejection(tip)) onTip(core, from, tip)
}

export function finishTip(
  core: Core,
  { proof }: Extract<Job, { kind: 'tip' }>,
  results: readonly boolean[],
): void {
  if (!results.every(Boolean) || proof.height <= core.head.height) return
  core.catchUp.target = Math.max(core.catchUp.target, proof.height)
  // The block may be here already, lacking only the votes that this proof carries.
  if (proof.height === core.work.height && core.work.candidates.has(proof.block))
    return decide(core, proof)
  startCatchUp(core)
}

/** A decided block is known of that is not here. */
export function startCatchUp(core: Core): void {
  if (core.catchUp.running) return
  core.catchUp.asked.clear()
  requestBlocks(core)
}

/** Someone speaks of a later height: what was decided after our head, it can show. */
export function askForNext(core: Core, from: number): void {
  const { catchUp, work } = core
  if (catchUp.running) return
  const others = (catchUp.asked.get(work.height) ?? []).filter((member) => member !== from)
  catchUp.asked.set(work.height, [...others, from])
  sendGetBlocks(core, from, work.height, work.height)
}

function sendGetBlocks(core: Core, member: number, from: number, to: number): void {
  const bytes = encodeWireMessage({ kind: 'get-blocks', from, to })
  core.effects.push({ kind: 'send', to: member, bytes })
}

/** Asks several members at once, each for a part of the next range. */
function requestBlocks(core: Core): void {
  const { catchUp, head } = core
  catchUp.running = catchUp.target > head.height
  catchUp.askedAt = head.height
  catchUp.delivered.clear()
  if (!catchUp.running) return
  askPeers(core)
  catchUp.waitedMs = 0
  // Also when nobody is connected: whoever comes back in the meantime is asked then.
  startTimer(core)
}

function startTimer(core: Core): void {
  const timer = { name: 'catch-up', attempt: core.catchUp.attempt } as const
  core.effects.push({ kind: 'timer', timer, ms: CATCH_UP_HURRY_MS })
}

function askPeers(core: Core): void {
  const { catchUp, head } = core
  const peers = peersToAsk(core)
  if (peers.length === 0) return
  const last = Math.min(catchUp.target, head.height + CATCH_UP_RANGE_BLOCKS_MAX)
  const missing: number[] = []
  for (let height = head.height + 1; height <= last; height++) {
    const expected = catchUp.asked.has(height) || catchUp.buffered.has(height)
    if (expected && missing.length > 0) break
    if (!expected) missing.push(height)
  }
  const share = Math.ceil(missing.length / Math.min(CATCH_UP_PEERS_MIN, peers.length))
  for (let start = 0; start < missing.length; start += share) {
    const part = missing.slice(start, start + share)
    const to = peers[(catchUp.attempt + start / share) % peers.length] as number
    for (const height of part) catchUp.asked.set(height, [to])
    sendGetBlocks(core, to, part[0] as number, part.at(-1) as number)
  }
}

/**
 * Whoever has delivered all that it was asked for is also asked for what another one still owes, when
 * that comes next; and the slow one no more, while there are others. A member that is as slow as the
 * time-out allows would else keep us behind for ever.
 */
function hurry(core: Core): void {
  const { asked, delivered, shunned } = core.catchUp
  const first = core.work.height
  const slow = asked.get(first) ?? []
  const owing = new Set([...asked.values()].flat())
  const idle = [...delivered].find(
    (member) => core.connected.has(member) && !shunned.has(member) && !owing.has(member),
  )
  if (slow.length === 0 || idle === undefined) return
  for (const member of slow) shunned.add(member)
  let last = first
  for (let members = asked.get(last); members !== undefined; members = asked.get(++last))
    asked.set(last, [...members, idle])
  sendGetBlocks(core, idle, first, Math.min(last, first + CATCH_UP_RANGE_BLOCKS_MAX) - 1)
}

function peersToAsk({ connected, catchUp }: Core): number[] {
  const trusted = [...connected].filter((member) => !catchUp.shunned.has(member))
  if (trusted.length > 0) return trusted
  catchUp.shunned.clear()
  return [...connected]
}

/** Whoever did not deliver in time is asked no more: the others are. */
export function onCatchUpTimer(core: Core, attempt: number): void {
  const { catchUp } = core
  if (!catchUp.running || attempt !== catchUp.attempt) return
  catchUp.waitedMs += CATCH_UP_HURRY_MS
  if (catchUp.waitedMs < CATCH_UP_TIMEOUT_MS) {
    hurry(core)
    return startTimer(core)
  }
  catchUp.attempt++
  for (const member of [...catchUp.asked.values()].flat()) catchUp.shunned.add(member)
  catchUp.asked.clear()
  requestBlocks(core)
}

/** A member serves no more of its range, from this height on. */
export function onNoBlock(core: Core, from: number, height: number): void {
  forgetAsked(core, from, height)
  if (core.catchUp.running) askOn(core)
}

/** What a member was asked for, from this height on, is not expected of it any more. @returns whether there was anything */
function forgetAsked({ catchUp }: Core, member: number, from = 0): boolean {
  let owed = false
  for (const [height, members] of catchUp.asked) {
    if (height < from || !members.includes(member)) continue
    owed = true
    const others = members.filter((other) => other !== member)
    if (others.length > 0) catchUp.asked.set(height, others)
    else catchUp.asked.delete(height)
  }
  return owed
}

/** What a member was asked for is lost with its stream: the others are asked at once. */
export function onPeerLost(core: Core, member: number): void {
  const owed = forgetAsked(core, member)
  if (core.catchUp.running && owed && core.connected.size > 0) askAgain(core)
}

/** The first member to come back is asked at once for what nobody could be asked for meanwhile. */
export function onPeerBack(core: Core): void {
  if (core.catchUp.running && core.connected.size === 1) askAgain(core)
}

function askAgain(core: Core): void {
  core.catchUp.attempt++
  requestBlocks(core)
}

/**
 * Asks for more when the next block is neither here nor on its way. Only when something came since
 * the last time: members that have nothing for us are asked again after the time-out, not at once.
 */
function askOn(core: Core): void {
  const { head, work } = core
  const { asked, buffered, verifying, askedAt } = core.catchUp
  const expected = asked.has(work.height) || buffered.has(work.height) || verifying === work.height
  if (expected || askedAt >= head.height) return
  askAgain(core)
}

export function onBlock(core: Core, from: number, block: BlockMessage): void {
  const { catchUp } = core
  const { height } = block.proof
  if (height <= core.head.height || !catchUp.asked.get(height)?.includes(from)) return
  if (catchUp.buffered.size >= CATCH_UP_BUFFER_BLOCKS_MAX) return
  catchUp.asked.delete(height)
  catchUp.buffered.set(height, { from, block })
  catchUp.delivered.add(from)
  if (height === core.work.height) verifyNext(core)
}

/** Verifies the block after the head, if it is here. */
function verifyNext(core: Core): void {
  const { catchUp, work } = core
  const next = catchUp.buffered.get(work.height)
  if (next === undefined || isDecidedHere(core)) return
  catchUp.buffered.delete(work.height)
  catchUp.verifying = work.height
  const { header, body, proof } = next.block
  const decided = decidedBlockChecks({ header, body, proof }, blockContext(core))
  if (isRejection(decided)) return distrust(core, next.from)
  verifyThen(core, decided.checks, {
    kind: 'decided-block',
    height: work.height,
    header,
    body,
    proof,
    from: next.from,
  })
}

export function finishDecidedBlock(
  core: Core,
  job: Extract<Job, { kind: 'decided-block' }>,
  results: readonly boolean[],
): void {
  if (job.height !== core.work.height || isDecidedHere(core)) return
  if (!results.every(Boolean)) return distrust(core, job.from)
  core.catchUp.target = Math.max(core.catchUp.target, job.height)
  // Not logged: nothing is signed for a block that is decided already.
  if (!core.work.candidates.has(job.proof.block))
    examine(core, job.header, job.body, job.proof.block)
  decide(core, job.proof)
}

/** What a member sent was not what it claimed: its answers are forgotten and the others are asked. */
function distrust(core: Core, from: number): void {
  const { catchUp } = core
  for (const [height, entry] of catchUp.buffered)
    if (entry.from === from) catchUp.buffered.delete(height)
  forgetAsked(core, from)
  catchUp.shunned.add(from)
  catchUp.verifying = 0
  // When nobody else is left, the time-out bounds how often liars are listened to.
  const othersLeft = [...core.connected].some((member) => !catchUp.shunned.has(member))
  if (catchUp.running && othersLeft) askAgain(core)
}

/** After each committed block: the next one, the next range, or done. */
export function continueCatchUp(core: Core): void {
  const { catchUp, head } = core
  for (const map of [catchUp.asked, catchUp.buffered]) {
    for (const height of map.keys()) if (height <= head.height) map.delete(height)
  }
  if (head.height >= catchUp.target) {
    catchUp.running = false
    catchUp.asked.clear()
    catchUp.shunned.clear()
  } else askOn(core)
  verifyNext(core)
}
