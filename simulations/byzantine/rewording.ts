import { type Body, bodyHashOf, decodeBody, encodeBody } from '../../protocol/chain/body.ts'
import { blockIdOf, decodeHeader, encodeHeader } from '../../protocol/chain/header.ts'
import type { PrePrepare, Vote } from '../../protocol/consensus/message.ts'
import type { Digest } from '../../protocol/digest.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import { isRejection } from '../../protocol/rejection.ts'
import {
  concludeExecution,
  executeSlice,
  startExecution,
} from '../../protocol/replica/blocks/execution.ts'
import { readHead } from '../../protocol/replica/ledger.ts'
import { NO_VIEW } from '../../protocol/signables.ts'
import type { WireMessage } from '../../protocol/wire/message.ts'
import { decodeWireMessage, encodeWireMessage } from '../../protocol/wire/message-codec.ts'
import type { ActorTools, Outgoing } from './actor.ts'

export type Proposal = Extract<WireMessage, { kind: 'proposal' }>

/** What a node behind a liar wants to say; undefined for gossip. */
export function frameIn({ channel, bytes }: Outgoing): WireMessage | undefined {
  const message = channel === 'direct' ? decodeWireMessage(bytes) : undefined
  return message === undefined || isRejection(message) ? undefined : message
}

export function withFrame(message: Outgoing, frame: WireMessage): Outgoing {
  return { ...message, bytes: encodeWireMessage(frame) }
}

export interface RivalOptions {
  /** Which records, out of those of the true proposal: all but the first unless said otherwise. */
  readonly choose?: (records: readonly LedgerRecord[]) => readonly LedgerRecord[]
  /** Added to the time of the true proposal, in ms. */
  readonly laterMs?: number
}

/** Another block for the same place: other records, another time, and the roots that its valid records give. */
export function rivalProposal(
  tools: ActorTools,
  proposal: Proposal,
  { choose = (records) => records.slice(1), laterMs = 1 }: RivalOptions = {},
): Proposal | undefined {
  const header = decodeHeader(proposal.header)
  const body = decodeBody(proposal.body, tools.genesis.document.parameters)
  const head = readHead(tools.reader, tools.genesis)
  if (isRejection(header) || isRejection(body) || head.height + 1 !== header.height)
    return undefined
  const timeMs = header.timeMs + laterMs
  const execution = startExecution(tools.reader, {
    purpose: { kind: 'build', view: proposal.prePrepare.view },
    height: header.height,
    timeMs,
    records: choose(recordsOf(body)),
  })
  while (!executeSlice(execution, tools.genesis));
  const rivalBody: Body = { ...body, envelopes: execution.queue.map(({ envelope }) => envelope) }
  const bodyBytes = encodeBody(rivalBody)
  const { logSize, logRoot, stateRoot } = concludeExecution(
    execution,
    head,
    tools.reader,
    rivalBody,
  )
  const rival = {
    ...header,
    timeMs,
    bodyHash: bodyHashOf(bodyBytes),
    logSize,
    logRoot,
    stateRoot,
    proposer: tools.self,
  }
  const headerBytes = encodeHeader(rival)
  const prePrepare = resignProposal(tools, proposal.prePrepare, blockIdOf(headerBytes))
  return { kind: 'proposal', prePrepare, header: headerBytes, body: bodyBytes, justification: [] }
}

function recordsOf(body: Body): LedgerRecord[] {
  const records: LedgerRecord[] = []
  for (const envelope of body.envelopes) {
    const record = parseEnvelope(envelope)
    if (!isRejection(record)) records.push(record)
  }
  return records
}

function resignProposal(tools: ActorTools, prePrepare: PrePrepare, block: Digest): PrePrepare {
  const { signature: _, ...draft } = prePrepare
  return tools.sign({ ...draft, block, validView: NO_VIEW }) as PrePrepare
}

/** The same member's vote for something else. */
export function revote(tools: ActorTools, vote: Vote, block: Digest | null): Vote {
  const { signature: _, ...draft } = vote
  const changed =
    draft.kind === 'prepare' ? { ...draft, block, validView: NO_VIEW } : { ...draft, block }
  return tools.sign(changed) as Vote
}

export function isOwnVote(
  tools: ActorTools,
  frame: WireMessage | undefined,
): frame is Extract<WireMessage, { kind: 'vote' }> {
  return frame?.kind === 'vote' && frame.vote.member === tools.self
}

export function isOwnProposal(
  tools: ActorTools,
  frame: WireMessage | undefined,
): frame is Proposal {
  return frame?.kind === 'proposal' && frame.prePrepare.member === tools.self
}
