import { assert } from '../assert.ts'
import { quorum } from '../chain/committee.ts'
import type { Digest } from '../digest.ts'
import { PROPOSAL_REPLACEMENTS_MAX } from '../limits.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { type ArtefactState, artefactChange, readArtefact } from './artefact-state.ts'
import { subjectArtefact } from './event-rules.ts'
import type { KeyHistory } from './key-history.ts'
import type { Rule } from './rule.ts'
import type { RuleContext, StateChange, StateView } from './rule-context.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/**
 * The family of recalls. A recall is a weapon in an insider's hand: the owner alone recalls at once,
 * everyone else proposes, once at a time for each artefact, and a quorum of the committee's
 * organisations decides, by their admin keys. What a quorum recalled, only a quorum lifts; and an
 * owner who recalls first, to lift it again later, escapes no quorum.
 */
export interface ProposalState {
  readonly artefact: Digest
  readonly action: 'recall' | 'lift'
  readonly organisation: string
  /** Organisations of the committee that approved; sorted. */
  readonly approvals: readonly string[]
  /** moot: something else was decided, or an admin proposed anew, before it was approved. */
  readonly outcome: 'open' | 'in-force' | 'moot'
  /** How many it and those before it replaced while they were open; absent: none. */
  readonly replaced?: number
}

export const recallRule: Rule<'recall'> = {
  signers: ['person', 'admin'],
  apply: ({ record, author, context, state }) => {
    const artefact = subjectArtefact(record, state)
    if (isRejection(artefact)) return artefact
    const { artefact: id, action } = record.statement.predicate
    const { organisation } = author
    const isOwner = organisation === artefact.owner
    const fault = checkAction(action, isOwner, artefact)
    if (fault !== undefined) return fault
    const proposal = { artefact: id, action, organisation, approvals: [] }
    if (isOwner && artefact.recall?.by !== 'committee') {
      const decided = { ...proposal, outcome: 'in-force' } as const
      return takeEffect(record.id, decided, { by: 'owner', artefact, context, state })
    }
    return propose(
      record.id,
      { ...proposal, outcome: 'open' },
      { author, artefact, context, state },
    )
  },
}

export const approvalRule: Rule<'approval'> = {
  signers: ['admin'],
  apply: ({ record, author, context, state }) => {
    const id = record.statement.predicate.proposal
    const proposal = readProposal(state, id)
    if (proposal === undefined) return refuse('unknown-subject', `${id} is no proposal`)
    const { organisation } = author
    const fault = checkApproval(id, proposal, organisation, context)
    if (fault !== undefined) return fault
    const approvals = [...proposal.approvals, organisation].sort((a, b) => (a < b ? -1 : 1))
    if (approvals.length < quorum(context.genesis.committee.members.length)) {
      return [proposalChange(id, { ...proposal, approvals })]
    }
    const artefact = readArtefact(state, proposal.artefact)
    assert(artefact !== undefined, 'a proposal is about an artefact on the ledger')
    const decided = { ...proposal, approvals, outcome: 'in-force' } as const
    return takeEffect(id, decided, { by: 'committee', artefact, context, state })
  },
}

export function readProposal(state: StateView, id: Digest): ProposalState | undefined {
  const bytes = state.get(stateKey.proposal(id))
  return bytes === undefined ? undefined : decodeStateValue<ProposalState>(bytes)
}

function proposalChange(id: Digest, proposal: ProposalState) {
  return { key: stateKey.proposal(id), value: encodeStateValue(proposal) }
}

/**
 * What would change nothing is refused. A quorum recalls also what its owner recalled: then the owner
 * cannot lift it any more.
 */
function checkAction(
  action: ProposalState['action'],
  isOwner: boolean,
  { recall }: ArtefactState,
): Rejection | undefined {
  if (action === 'lift') {
    return recall === undefined ? refuse('illegal-transition', 'it is not recalled') : undefined
  }
  return recall !== undefined && (isOwner || recall.by === 'committee')
    ? refuse('illegal-transition', `it is recalled since block ${recall.height} already`)
    : undefined
}

interface ProposalPlace {
  readonly author: KeyHistory
  readonly artefact: ArtefactState
  readonly context: RuleContext
  readonly state: StateView
}

/**
 * One open proposal of each organisation; its admin alone replaces it, so nobody of it is in the way. He
 * corrects a slip, and no more: each stays in the history of an artefact that is somebody else's.
 */
function propose(
  id: Digest,
  proposal: ProposalState,
  { author, artefact, context, state }: ProposalPlace,
): StateChange | Rejection {
  const { organisation } = proposal
  const open = openProposals(artefact).get(organisation)
  const proposals = { ...artefact.proposals, [organisation]: id }
  const changed = artefactChange(proposal.artefact, {
    ...artefact,
    proposals,
    height: context.height,
  })
  if (open === undefined) return [proposalChange(id, proposal), changed]
  if (author.class !== 'admin') {
    return refuse('proposal-open', `${organisation} has proposed ${open} already`)
  }
  const replaced = 1 + (mustReadProposal(open, state).replaced ?? 0)
  if (replaced > PROPOSAL_REPLACEMENTS_MAX) {
    const most = `${PROPOSAL_REPLACEMENTS_MAX} times`
    return refuse(
      'proposal-open',
      `${organisation} has replaced its proposals ${most}: ${open} is open`,
    )
  }
  return [mootChange(open, state), proposalChange(id, { ...proposal, replaced }), changed]
}

/** By organisation; a map, because an organisation may be called `constructor`. */
function openProposals({ proposals = {} }: ArtefactState): ReadonlyMap<string, Digest> {
  return new Map(Object.entries(proposals))
}

function mustReadProposal(id: Digest, state: StateView): ProposalState {
  const proposal = readProposal(state, id)
  assert(proposal !== undefined, 'an open proposal is in the state')
  return proposal
}

function mootChange(id: Digest, state: StateView) {
  return proposalChange(id, { ...mustReadProposal(id, state), outcome: 'moot' })
}

function checkApproval(
  id: Digest,
  { outcome, approvals }: ProposalState,
  organisation: string,
  { genesis }: RuleContext,
): Rejection | undefined {
  if (outcome !== 'open') return refuse('illegal-transition', `${id} is decided: ${outcome}`)
  if (!genesis.committee.members.some((member) => member.organisation === organisation)) {
    return refuse('not-allowed', `${organisation} is not in the committee`)
  }
  return approvals.includes(organisation)
    ? refuse('illegal-transition', `${organisation} has approved already`)
    : undefined
}

interface Decision {
  readonly by: 'owner' | 'committee'
  readonly artefact: ArtefactState
  readonly context: RuleContext
  readonly state: StateView
}

/**
 * A decision makes open proposals moot, lest approvals that were given for one recall count for the
 * next. What the owner decides touches none but those to lift: owners do not stop a recall of others.
 */
function takeEffect(
  id: Digest,
  decided: ProposalState,
  { by, artefact, context, state }: Decision,
): StateChange {
  const { height } = context
  const { recall: _, proposals: __, ...well } = artefact
  const open = [...openProposals(artefact)].filter(([, proposal]) => proposal !== id)
  const isMoot = (proposal: Digest) =>
    by === 'committee' || readProposal(state, proposal)?.action === 'lift'
  const kept = open.filter(([, proposal]) => !isMoot(proposal))
  const next: ArtefactState = {
    ...well,
    ...(kept.length > 0 && { proposals: Object.fromEntries(kept) }),
    ...(decided.action === 'recall' && { recall: { record: id, height, by } }),
    height,
  }
  return [
    ...open.flatMap(([, proposal]) => (isMoot(proposal) ? [mootChange(proposal, state)] : [])),
    proposalChange(id, decided),
    artefactChange(decided.artefact, next),
  ]
}
