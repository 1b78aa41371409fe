import { equalBytes } from '../bytes.ts'
import type { Committee } from '../chain/committee.ts'
import type { Digest } from '../digest.ts'
import type { SignatureCheck } from '../ports.ts'
import { parseEnvelope } from '../records/envelope.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { Evidence } from './evidence.ts'
import { type ConsensusMessage, signableOf } from './message.ts'

export interface EvidenceContext {
  readonly chain: Digest
  /** Of the height that the evidence speaks of. */
  readonly committee: Committee
}

export interface Accusation {
  /** Organisation of a committee member, or the did:key of an author. */
  readonly accused: string
  /** The evidence proves what it says when all of these verify. */
  readonly checks: readonly SignatureCheck[]
}

/** What the evidence accuses whom of, once its structure holds. Refuses with bad-evidence, or as an envelope inside does. */
export function evidenceChecks(
  evidence: Evidence,
  context: EvidenceContext,
): Accusation | Rejection {
  switch (evidence.kind) {
    case 'equivocation':
      return equivocationChecks(evidence.first, evidence.second, context)
    case 'amnesia':
      return amnesiaChecks(evidence.commit, evidence.prepare, context)
    case 'nonce-reuse':
      return nonceReuseChecks(evidence.first, evidence.second, context.chain)
  }
}

function equivocationChecks(
  first: ConsensusMessage,
  second: ConsensusMessage,
  context: EvidenceContext,
): Accusation | Rejection {
  if (first.kind !== second.kind || first.height !== second.height || first.view !== second.view) {
    return bad('the two messages are not of one kind, height and view')
  }
  if (equalBytes(signableOf(context.chain, first), signableOf(context.chain, second))) {
    return bad('the two messages say the same')
  }
  return accuse(first, second, context)
}

/**
 * Consensus rules, section 3.7: who committed b in view r is locked on it, and may PREPARE another
 * block later only behind a justification that is at least as recent. One member's own two
 * signatures prove that it was not.
 */
function amnesiaChecks(
  commit: ConsensusMessage,
  prepare: ConsensusMessage,
  context: EvidenceContext,
): Accusation | Rejection {
  if (commit.kind !== 'commit' || prepare.kind !== 'prepare') {
    return bad('amnesia is a COMMIT and a later PREPARE')
  }
  if (commit.height !== prepare.height || prepare.view <= commit.view) {
    return bad('the PREPARE is not of a later view of the same height')
  }
  if (commit.block === null || prepare.block === null || commit.block === prepare.block) {
    return bad('the COMMIT and the PREPARE do not name two different blocks')
  }
  if (prepare.validView >= commit.view) {
    return bad(`valid view ${prepare.validView} justifies leaving the lock of view ${commit.view}`)
  }
  return accuse(commit, prepare, context)
}

function accuse(
  first: ConsensusMessage,
  second: ConsensusMessage,
  { chain, committee }: EvidenceContext,
): Accusation | Rejection {
  const member = committee.members[first.member]
  if (member === undefined || first.member !== second.member) {
    return bad('the two messages are not of one member of the committee')
  }
  const checks = [first, second].map((message) => ({
    key: member.consensusKey,
    message: signableOf(chain, message),
    signature: message.signature,
  }))
  return { accused: member.organisation, checks }
}

function nonceReuseChecks(
  firstBytes: Uint8Array,
  secondBytes: Uint8Array,
  chain: Digest,
): Accusation | Rejection {
  const first = parseEnvelope(firstBytes)
  if (isRejection(first)) return first
  const second = parseEnvelope(secondBytes)
  if (isRejection(second)) return second
  if (first.ledger.chain !== chain || second.ledger.chain !== chain) {
    return bad('the two records are not both of this chain')
  }
  const { author, nonce } = first.ledger
  if (author !== second.ledger.author || nonce !== second.ledger.nonce) {
    return bad('the two records do not share one author and one nonce')
  }
  if (first.id === second.id) return bad('the two envelopes carry the same record')
  return { accused: author, checks: [first.check, second.check] }
}

function bad(detail: string): Rejection {
  return refuse('bad-evidence', detail)
}
