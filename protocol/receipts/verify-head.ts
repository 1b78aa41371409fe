import { type CommitProof, decodeCommitProof, verifyCommitProof } from '../chain/commit-proof.ts'
import type { Genesis } from '../chain/genesis.ts'
import { blockIdOf, decodeHeader, type Header } from '../chain/header.ts'
import type { Digest } from '../digest.ts'
import { base64Decode } from '../encoding/base64.ts'
import type { VerifySignature } from '../ports.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import type { Receipt } from './receipt.ts'

/** The block that a receipt hangs on, proven to be decided. */
export interface ProvenHead {
  readonly header: Header
  readonly block: Digest
  readonly proof: CommitProof
}

/** Header and commit proof against the committee of genesis: the one link to what the reader trusts. */
export function verifyHead(
  receipt: Receipt,
  genesis: Genesis,
  verify: VerifySignature,
): ProvenHead | Rejection {
  if (receipt.chain !== genesis.chain) {
    return refuse('wrong-chain', `a receipt of chain ${receipt.chain}, not of ${genesis.chain}`)
  }
  const headerBytes = base64Decode(receipt.header)
  const proofBytes = base64Decode(receipt.proof)
  if (headerBytes === undefined || proofBytes === undefined) {
    return refuse('not-canonical', 'header and proof must be padded base64')
  }
  const header = decodeHeader(headerBytes)
  if (isRejection(header)) return header
  const proof = decodeCommitProof(proofBytes)
  if (isRejection(proof)) return proof
  const block = blockIdOf(headerBytes)
  const refused =
    checkHeader(header, genesis) ??
    checkProofNames(proof, { height: header.height, block }) ??
    verifyCommitProof(proof, { committee: genesis.committee, chain: genesis.chain, verify })
  return refused ?? { header, block, proof }
}

function checkHeader(header: Header, genesis: Genesis): Rejection | undefined {
  const { committee } = genesis
  if (header.chain !== genesis.chain) return refuse('wrong-chain', `header of ${header.chain}`)
  if (header.height < 1) return refuse('wrong-height', 'genesis has no header')
  if (header.committeeHash !== committee.hash || header.nextCommitteeHash !== committee.hash) {
    return refuse('wrong-committee', 'the header names a committee that genesis does not')
  }
  if (header.parametersHash !== genesis.parametersHash) {
    return refuse('wrong-hash', 'the header names parameters that genesis does not')
  }
  return header.proposer < committee.members.length
    ? undefined
    : refuse('wrong-committee', `proposer ${header.proposer} is not in the committee`)
}

function checkProofNames(
  proof: CommitProof,
  wanted: { readonly height: number; readonly block: Digest },
): Rejection | undefined {
  return proof.height === wanted.height && proof.block === wanted.block
    ? undefined
    : refuse('bad-commit-proof', `a proof of height ${proof.height}, block ${proof.block}`)
}
