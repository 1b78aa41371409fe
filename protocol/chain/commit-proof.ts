import { assert } from '../assert.ts'
import { SIGNATURE_BYTES } from '../consensus/message-codec.ts'
import { DIGEST_BYTES, type Digest, digestBytes, toDigest } from '../digest.ts'
import { ByteReader } from '../encoding/byte-reader.ts'
import { ByteWriter } from '../encoding/byte-writer.ts'
import { utf8Encode } from '../encoding/utf8.ts'
import { COMMIT_PROOF_BYTES_MAX, COMMITTEE_MEMBERS_MAX } from '../limits.ts'
import type { SignatureCheck, VerifySignature } from '../ports.ts'
import { isRejection, type Rejection, refuse } from '../rejection.ts'
import { commitSignable } from '../signables.ts'
import { type Committee, quorum } from './committee.ts'
import { readMagic } from './magic.ts'

/**
 * The quorum of signed COMMITs on a block, all over identical bytes. Two honest nodes may hold
 * different proofs of one block; only the one inside the next block's body is canonical.
 */
export interface CommitProof {
  readonly height: number
  readonly view: number
  readonly block: Digest
  /** Committee indices, ascending, no duplicates, at least a quorum. */
  readonly signers: readonly number[]
  /** 64 bytes each, in the order of `signers`. */
  readonly signatures: readonly Uint8Array[]
}

const MAGIC = utf8Encode('pedigree-proof\0')
const VERSION = 1

/**
 * The signers are one u32: bit i stands for member i. It has one length for every committee, and no
 * list that could be out of order or name a member twice.
 */
export function encodeCommitProof(proof: CommitProof): Uint8Array {
  let bitmap = 0
  for (const signer of proof.signers) {
    assert(signer >= 0 && signer < COMMITTEE_MEMBERS_MAX, 'a signer is a member of a committee')
    bitmap |= 1 << signer
  }
  const writer = new ByteWriter()
    .raw(MAGIC)
    .u8(VERSION)
    .u64(proof.height)
    .u32(proof.view)
    .raw(digestBytes(proof.block))
    .u32(bitmap)
  for (const signature of proof.signatures) writer.raw(signature)
  return writer.finish()
}

/** Form only. Refuses with too-large, malformed or unknown-version. */
export function decodeCommitProof(bytes: Uint8Array): CommitProof | Rejection {
  if (bytes.length > COMMIT_PROOF_BYTES_MAX) {
    return refuse('too-large', `commit proof of ${bytes.length} bytes`)
  }
  const reader = new ByteReader(bytes)
  const refused = readMagic(reader, { magic: MAGIC, version: VERSION, what: 'commit proof' })
  if (refused !== undefined) return refused
  const height = reader.u64()
  const view = reader.u32()
  const block = toDigest(reader.raw(DIGEST_BYTES))
  const signers = readSigners(reader)
  const signatures = signers.map(() => reader.raw(SIGNATURE_BYTES))
  if (!reader.finished()) return refuse('malformed', `commit proof of ${bytes.length} bytes`)
  return { height, view, block, signers, signatures }
}

function readSigners(reader: ByteReader): number[] {
  const bitmap = reader.u32()
  if (bitmap >= 2 ** COMMITTEE_MEMBERS_MAX) reader.fail()
  const signers: number[] = []
  for (let member = 0; member < COMMITTEE_MEMBERS_MAX; member++) {
    if ((bitmap & (1 << member)) !== 0) signers.push(member)
  }
  return signers
}

/**
 * What remains to be checked of a proof: all of its signatures, in the order of its signers. Every
 * one must verify: a garbage signature behind a sufficient quorum would otherwise become canonical.
 * Refuses with bad-commit-proof.
 */
export function commitProofChecks(
  proof: CommitProof,
  committee: Committee,
  chain: Digest,
): readonly SignatureCheck[] | Rejection {
  const { signers, signatures } = proof
  const needed = quorum(committee.members.length)
  if (signers.length < needed) {
    return refuse('bad-commit-proof', `${signers.length} signers where ${needed} decide`)
  }
  if (signatures.length !== signers.length) {
    return refuse(
      'bad-commit-proof',
      `${signatures.length} signatures of ${signers.length} signers`,
    )
  }
  const message = commitSignable({ chain, height: proof.height, view: proof.view }, proof.block)
  const checks: SignatureCheck[] = []
  let last = -1
  for (const [at, signer] of signers.entries()) {
    const key = committee.members[signer]?.consensusKey
    const signature = signatures[at]
    if (signer <= last || key === undefined || signature?.length !== SIGNATURE_BYTES) {
      return refuse('bad-commit-proof', `signer ${signer} at place ${at}`)
    }
    checks.push({ key, message, signature })
    last = signer
  }
  return checks
}

/** What a proof is checked against. */
export interface ProofTrust {
  readonly committee: Committee
  readonly chain: Digest
  readonly verify: VerifySignature
}

/** The whole check at once, for whoever can verify signatures in place. */
export function verifyCommitProof(proof: CommitProof, trust: ProofTrust): Rejection | undefined {
  const checks = commitProofChecks(proof, trust.committee, trust.chain)
  if (isRejection(checks)) return checks
  const bad = checks.findIndex((check) => !trust.verify(check))
  if (bad < 0) return undefined
  return refuse('bad-commit-proof', `the signature of member ${proof.signers[bad]} does not verify`)
}
