import { assertNever } from '../assert.ts'
import { bodyHashOf } from '../chain/body.ts'
import { blockIdOf, decodeHeader } from '../chain/header.ts'
import {
  type ConsensusMessage,
  type PrePrepare,
  signableOf,
  type Vote,
} from '../consensus/message.ts'
import { encodeConsensusMessage } from '../consensus/message-codec.ts'
import { digestOf } from '../digest.ts'
import { FRAME_COST_BYTES, FUTURE_MESSAGES_MAX, FUTURE_MESSAGES_PER_MEMBER_MAX } from '../limits.ts'
import type { SignatureCheck } from '../ports.ts'
import { isRejection } from '../rejection.ts'
import { NO_VIEW } from '../signables.ts'
import type { WireMessage } from '../wire/message.ts'
import { decodeWireMessage, encodeWireMessage } from '../wire/message-codec.ts'
import { onForwardedRecords } from './admission.ts'
import { askForNext, onBlock, onNoBlock, onTip, serveBlocks } from './catch-up.ts'
import { checkBlock } from './checking.ts'
import { feed } from './consensus-link.ts'
import { type Core, chainOf, type Job, type ProposalParts, verifyThen } from './core.ts'
import { sendTip } from './deciding.ts'
import { readBlock } from './ledger.ts'

/** One frame from a member's stream. Who carried it proves nothing: each part is checked for itself. */
export function onFrame(core: Core, from: number, bytes: Uint8Array): void {
  const message = decodeWireMessage(bytes)
  if (isRejection(message)) return
  switch (message.kind) {
    case 'vote':
      return onConsensus(core, {
        from,
        bytes,
        messages: [message.vote],
        proposal: null,
        bundle: false,
      })
    case 'bundle':
      return onConsensus(core, {
        from,
        bytes,
        messages: message.votes,
        proposal: null,
        bundle: true,
      })
    case 'proposal':
      return onProposal(core, from, bytes, message)
    case 'records':
      return onForwardedRecords(core, from, message.envelopes, null)
    case 'tip':
      return onTip(core, from, message)
    case 'get-blocks':
      return serveBlocks(core, from, message)
    case 'block':
      return onBlock(core, from, message)
    case 'no-block':
      return onNoBlock(core, from, message.height)
    case 'get-proposal':
      return serveProposal(core, from, message)
    case 'proposed-block':
      return onProposedBlock(core, message)
    default:
      return assertNever(message)
  }
}

interface Arrival {
  readonly from: number
  readonly bytes: Uint8Array
  readonly messages: readonly ConsensusMessage[]
  readonly proposal: ProposalParts | null
  readonly bundle: boolean
}

function onConsensus(core: Core, arrival: Arrival): void {
  const { from, bytes, messages } = arrival
  const height = messages[0]?.height
  if (height === undefined || messages.some((message) => message.height !== height)) return
  if (height < core.work.height) return sendTip(core, from)
  if (height > core.work.height) return keepForLater(core, from, height, bytes)
  if (core.work.decided !== null) return
  const signed = [...messages, ...(arrival.proposal?.justification ?? [])]
  // What came together counts as one input, so it is not thinned; but what holds nothing new says nothing.
  if (signed.every((message) => core.work.seen.has(seenKey(message)))) return
  const checks = signatureChecks(core, signed)
  if (checks === undefined) return
  if (!core.limits.consensus.take(from, checks.length, core.nowMs)) return
  verifyThen(core, checks, {
    kind: 'messages',
    messages,
    proposal: arrival.proposal,
    bundle: arrival.bundle,
  })
}

/** @returns undefined when a sender is not in the committee */
function signatureChecks(
  core: Core,
  messages: readonly ConsensusMessage[],
): SignatureCheck[] | undefined {
  const checks: SignatureCheck[] = []
  for (const message of messages) {
    const member = core.genesis.committee.members[message.member]
    if (member === undefined) return undefined
    checks.push({
      key: member.consensusKey,
      message: signableOf(chainOf(core), message),
      signature: message.signature,
    })
  }
  return checks
}

function seenKey(message: ConsensusMessage): string {
  return digestOf(encodeConsensusMessage(message))
}

/** Messages of the next height wait for it; anything later says that we may be behind, and only a proof can say so. */
function keepForLater(core: Core, from: number, height: number, bytes: Uint8Array): void {
  if (height > core.work.height + 1) {
    if (core.limits.tips.take(from, 1, core.nowMs)) askForNext(core, from)
    return
  }
  const kept = core.future.filter((early) => early.from === from).length
  if (kept >= FUTURE_MESSAGES_PER_MEMBER_MAX || core.future.length >= FUTURE_MESSAGES_MAX) return
  core.future.push({ from, bytes })
}

function onProposal(
  core: Core,
  from: number,
  bytes: Uint8Array,
  message: Extract<WireMessage, { kind: 'proposal' }>,
): void {
  const { prePrepare, justification } = message
  if (blockIdOf(message.header) !== prePrepare.block) return
  const header = decodeHeader(message.header)
  if (isRejection(header)) return
  // A fresh block is proposed by whoever built it; only a block that was prepared before changes hands.
  if (prePrepare.validView === NO_VIEW && header.proposer !== prePrepare.member) return
  if (justification.some((vote) => vote.height !== prePrepare.height)) return
  const { machine, height } = core.work
  if (
    prePrepare.height === height &&
    prePrepare.member !== machine.context.proposer(prePrepare.view)
  )
    return
  const { header: headerBytes, body } = message
  // Whoever relays a proposal may put another body behind it, and the right one must still be taken.
  if (bodyHashOf(body) !== header.bodyHash) return
  const proposal = { header: headerBytes, body, blockTimeMs: header.timeMs, justification }
  onConsensus(core, { from, bytes, messages: [prePrepare], proposal, bundle: false })
}

/** The signatures of consensus messages were checked; whatever is not authentic is dropped whole. */
export function finishMessages(
  core: Core,
  job: Extract<Job, { kind: 'messages' }>,
  results: readonly boolean[],
): void {
  if (!results.every(Boolean)) return
  if (job.messages[0]?.height !== core.work.height) return
  const { proposal } = job
  for (const message of [...job.messages, ...(proposal?.justification ?? [])])
    core.work.seen.set(seenKey(message), true)
  if (proposal !== null && proposal.justification.length > 0) {
    feed(core, { kind: 'bundle', votes: proposal.justification })
  }
  if (job.bundle) feed(core, { kind: 'bundle', votes: job.messages as readonly Vote[] })
  else for (const message of job.messages) feedMessage(core, message, proposal?.blockTimeMs ?? 0)
  const first = job.messages[0]
  if (proposal !== null && first.kind === 'pre-prepare' && isTaken(core, first)) {
    checkBlock(core, proposal.header, proposal.body, first.block)
  }
}

/** Whether the machine took a proposal: one for each nearby view, by its leader. No other is worth checking. */
function isTaken({ work }: Core, { view, block }: PrePrepare): boolean {
  return work.decided === null && work.machine.proposals.get(view)?.block === block
}

function feedMessage(core: Core, message: ConsensusMessage, blockTimeMs: number): void {
  feed(core, { kind: 'message', message, receivedMs: core.nowMs, blockTimeMs })
}

function serveProposal(
  core: Core,
  to: number,
  asked: Extract<WireMessage, { kind: 'get-proposal' }>,
): void {
  if (!core.limits.served.take(to, FRAME_COST_BYTES, core.nowMs)) return
  const candidate =
    asked.height === core.work.height ? core.work.candidates.get(asked.block) : undefined
  const stored = candidate === undefined ? readBlock(core.reader, asked.height) : undefined
  if (stored !== undefined && blockIdOf(stored.header) !== asked.block) {
    return core.limits.served.charge(to, stored.body.length, core.nowMs)
  }
  const header = candidate?.headerBytes ?? stored?.header
  const body = candidate?.bodyBytes ?? stored?.body
  if (header === undefined || body === undefined) return
  core.limits.served.charge(to, body.length, core.nowMs)
  core.effects.push({
    kind: 'send',
    to,
    bytes: encodeWireMessage({ kind: 'proposed-block', header, body }),
  })
}

/** The body of a block that a quorum prepared or committed without our having it. */
function onProposedBlock(
  core: Core,
  { header, body }: Extract<WireMessage, { kind: 'proposed-block' }>,
): void {
  const block = blockIdOf(header)
  if (core.work.committing || !core.work.wanted.has(block)) return
  const claimed = decodeHeader(header)
  // Another answer may bring the right body.
  if (isRejection(claimed) || bodyHashOf(body) !== claimed.bodyHash) return
  core.work.wanted.delete(block)
  checkBlock(core, header, body, block)
}
