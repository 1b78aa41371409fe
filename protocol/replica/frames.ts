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
import { isNews } from '../consensus/receiving.ts'
import { isNearby } from '../consensus/vote-keeper.ts'
import { digestOf } from '../digest.ts'
import {
  FAR_MESSAGES_PER_MEMBER_MAX,
  FUTURE_MESSAGES_MAX,
  FUTURE_MESSAGES_PER_MEMBER_MAX,
} from '../limits.ts'
import type { SignatureCheck } from '../ports.ts'
import { isRejection } from '../rejection.ts'
import { NO_VIEW } from '../signables.ts'
import type { WireMessage } from '../wire/message.ts'
import { decodeWireMessage } from '../wire/message-codec.ts'
import { checkBlock } from './blocks/checking.ts'
import { sendTip } from './blocks/deciding.ts'
import { askForNext, onBlock, onNoBlock, onTip } from './catch-up/catch-up.ts'
import { serveBlocks, serveProposal } from './catch-up/serving.ts'
import { checkPresentProposal, feed } from './consensus-link.ts'
import { type Core, chainOf, type Job, type ProposalParts, verifyThen } from './core.ts'
import { onForwardedRecords } from './pool/admission.ts'

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
  // Paid for before it is looked at: whether messages are known takes their digests.
  if (!core.limits.consensus.take(from, signed.length, core.nowMs)) return
  // What came together counts as one input, so it is not thinned; but what holds nothing new says nothing.
  if (signed.every((message) => core.work.seen.has(seenKey(message)))) return
  const checks = signatureChecks(core, signed)
  if (checks === undefined) return
  const { messages: outstanding } = core.outstanding
  if (!outstanding.hasRoom(from, checks.length)) return
  const job = verifyThen(core, checks, {
    kind: 'messages',
    messages,
    proposal: arrival.proposal,
    bundle: arrival.bundle,
  })
  outstanding.begin(job, from, checks.length)
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
  // Of a far view the machine keeps nothing: when that view comes, its messages must be new again.
  for (const message of [...job.messages, ...(proposal?.justification ?? [])])
    if (isNearby(message.view, core.work.machine.view)) core.work.seen.set(seenKey(message), true)
  if (proposal !== null && proposal.justification.length > 0) {
    feedBundle(core, proposal.justification)
  }
  if (job.bundle) feedBundle(core, job.messages as readonly Vote[])
  else for (const message of job.messages) feedMessage(core, message, proposal?.blockTimeMs ?? 0)
  const first = job.messages[0]
  if (proposal !== null && first.kind === 'pre-prepare' && isTaken(core, first))
    takeProposal(core, first, proposal)
}

/** A body is checked in its view, or when a quorum asked for it; until then it waits. */
function takeProposal(
  core: Core,
  { member, block }: PrePrepare,
  { header, body }: ProposalParts,
): void {
  const { candidates, unchecked, wanted } = core.work
  if (candidates.has(block)) return
  if (wanted.delete(block)) return checkBlock(core, header, body, block)
  unchecked.set(member, { block, header, body })
  checkPresentProposal(core)
}

/** Whether the machine took a proposal: one for each nearby view, by its leader. No other is worth checking. */
function isTaken({ work }: Core, { view, block }: PrePrepare): boolean {
  return work.decided === null && work.machine.proposals.get(view)?.block === block
}

/** Votes that are not kept singly may be a quorum together. */
function feedBundle(core: Core, votes: readonly Vote[]): void {
  const isNew = votes.some((vote) => isWorthHearing(core, vote))
  if (isNew || core.work.machine.votes.hasNewQuorum(votes)) feed(core, { kind: 'bundle', votes })
}

/**
 * Of a far view a message tells only where its member is. One that jumps ahead again and again is
 * heard so many times; an honest one comes near when f+1 are ahead (R9).
 */
function isWorthHearing({ work }: Core, message: ConsensusMessage): boolean {
  const { machine, farMessages } = work
  if (!isNews(machine, message)) return false
  if (isNearby(message.view, machine.view)) return true
  const heard = farMessages.get(message.member) ?? 0
  farMessages.set(message.member, heard + 1)
  return heard < FAR_MESSAGES_PER_MEMBER_MAX
}

function feedMessage(core: Core, message: ConsensusMessage, blockTimeMs: number): void {
  if (!isWorthHearing(core, message)) return
  feed(core, { kind: 'message', message, receivedMs: core.nowMs, blockTimeMs })
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
