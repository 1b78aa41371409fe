import type { Digest } from '../digest.ts'
import type { SignatureCheck } from '../ports.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { type Body, bodyHashOf, decodeBody } from './body.ts'
import { type CommitProof, commitProofChecks } from './commit-proof.ts'
import type { Committee } from './committee.ts'
import type { Genesis } from './genesis.ts'
import { blockIdOf, decodeHeader, type Header } from './header.ts'

/** The block that the next one must follow. */
export interface Parent {
  /** 0 for genesis. */
  readonly height: number
  /** Of genesis: the chain id. */
  readonly id: Digest
  /** 0 for genesis. */
  readonly timeMs: number
}

export interface BlockContext {
  readonly parent: Parent
  readonly genesis: Genesis
  /** Of this height, of the one before and of the next: membership is fixed at genesis. */
  readonly committee: Committee
}

/** A block that is right as far as its bytes can tell, once every check in it verifies. */
export interface CheckedBlock {
  readonly header: Header
  readonly id: Digest
  readonly body: Body
  readonly checks: readonly SignatureCheck[]
}

/**
 * All that can be said about a proposed block without the state, the clock and the records: header
 * fields, link to the parent, committee, parameters, body hash, sizes, and the proof of the parent.
 * The records, the evidence and the three roots remain to be checked by executing it.
 */
export function proposedBlockChecks(
  headerBytes: Uint8Array,
  bodyBytes: Uint8Array,
  context: BlockContext,
): CheckedBlock | Rejection {
  const header = decodeHeader(headerBytes)
  if (isRejection(header)) return header
  const refused = checkLink(header, context) ?? checkTerms(header, context)
  if (refused !== undefined) return refused
  const body = checkBody(header, bodyBytes, context)
  if (isRejection(body)) return body
  const checks = lastProofChecks(body, context)
  if (isRejection(checks)) return checks
  return { header, id: blockIdOf(headerBytes), body, checks }
}

export interface DecidedBlock {
  readonly header: Uint8Array
  readonly body: Uint8Array
  readonly proof: CommitProof
}

/** The same for a block that comes with its own proof: the checks include that proof's. */
export function decidedBlockChecks(
  block: DecidedBlock,
  context: BlockContext,
): CheckedBlock | Rejection {
  const checked = proposedBlockChecks(block.header, block.body, context)
  if (isRejection(checked)) return checked
  const { height } = checked.header
  const own = proofChecksOf({ height, id: checked.id }, block.proof, context)
  if (isRejection(own)) return own
  return { ...checked, checks: [...checked.checks, ...own] }
}

function checkLink(header: Header, { parent, genesis }: BlockContext): Rejection | undefined {
  if (header.chain !== genesis.chain) return refuse('wrong-chain', `header of ${header.chain}`)
  if (header.height !== parent.height + 1) {
    return refuse('wrong-height', `height ${header.height} after ${parent.height}`)
  }
  if (header.parent !== parent.id) {
    return refuse('wrong-parent', `${header.parent} is not ${parent.id}`)
  }
  if (header.timeMs <= parent.timeMs) {
    return refuse('untimely', `time ${header.timeMs} does not rise over ${parent.timeMs}`)
  }
  return undefined
}

function checkTerms(header: Header, { genesis, committee }: BlockContext): Rejection | undefined {
  if (header.committeeHash !== committee.hash || header.nextCommitteeHash !== committee.hash) {
    return refuse('wrong-committee', `${header.committeeHash}, then ${header.nextCommitteeHash}`)
  }
  if (header.proposer >= committee.members.length) {
    return refuse('wrong-committee', `proposer ${header.proposer} of ${committee.members.length}`)
  }
  if (header.parametersHash !== genesis.parametersHash) {
    return refuse('wrong-hash', `parameters ${header.parametersHash}`)
  }
  return undefined
}

function checkBody(header: Header, bytes: Uint8Array, context: BlockContext): Body | Rejection {
  const body = decodeBody(bytes, context.genesis.document.parameters)
  if (isRejection(body)) return body
  if (bodyHashOf(bytes) !== header.bodyHash) {
    return refuse('wrong-hash', `body of another hash than ${header.bodyHash}`)
  }
  return body
}

/** Block 1 follows genesis, which nobody voted on; every other block carries its parent's proof. */
function lastProofChecks(body: Body, context: BlockContext): readonly SignatureCheck[] | Rejection {
  const { lastProof } = body
  const first = context.parent.height === 0
  if (lastProof === null) {
    return first ? [] : refuse('bad-commit-proof', 'the proof of the block before is missing')
  }
  if (first) return refuse('bad-commit-proof', 'block 1 carries a proof of genesis')
  return proofChecksOf(context.parent, lastProof, context)
}

function proofChecksOf(
  block: Pick<Parent, 'height' | 'id'>,
  proof: CommitProof,
  { committee, genesis }: BlockContext,
): readonly SignatureCheck[] | Rejection {
  if (proof.height !== block.height || proof.block !== block.id) {
    return refuse('bad-commit-proof', `it proves ${proof.block} at height ${proof.height}`)
  }
  return commitProofChecks(proof, committee, genesis.chain)
}
