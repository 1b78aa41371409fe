import assert from 'node:assert/strict'
import {
  type CommitProof,
  commitProofChecks,
  decodeCommitProof,
  encodeCommitProof,
  verifyCommitProof,
} from '../../../protocol/chain/commit-proof.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testGenesis } from '../../support/keys.ts'
import { assertStrict } from './hostile-bytes.ts'
import { digestFor, genesis, sampleProof } from './sample-block.ts'

const { committee, chain } = genesis
const block = { height: 9, id: digestFor('block') }
const proof = sampleProof(block)
const BITMAP_AT = 16 + 8 + 4 + 32

function checkCode(changed: CommitProof, of = committee): string {
  const checks = commitProofChecks(changed, of, chain)
  return isRejection(checks) ? checks.rejected : `${checks.length} checks`
}

function verdict(changed: CommitProof, trust = { committee, chain }): string {
  return verifyCommitProof(changed, { ...trust, verify: verifySignature })?.rejected ?? 'accepted'
}

describe('commit proof', () => {
  it('comes back from its bytes', () => {
    assert.deepEqual(decodeCommitProof(encodeCommitProof(proof)), proof)
  })

  it('is strict about its bytes', () => {
    const samples = [[0, 1, 3], [], [0, 1, 2, 3]].map((who) =>
      encodeCommitProof(sampleProof(block, who)),
    )
    assertStrict({ encode: encodeCommitProof, decode: decodeCommitProof }, samples)
  })

  it('refuses a bit beyond the largest committee, and a bit without a signature', () => {
    const bytes = encodeCommitProof(proof)
    for (const bit of [0x80, 0x40]) {
      const changed = bytes.slice()
      changed[BITMAP_AT] = bit
      assert.ok(isRejection(decodeCommitProof(changed)), `bit ${bit}`)
    }
    const tooLarge = decodeCommitProof(new Uint8Array(5_000))
    assert.equal(isRejection(tooLarge) && tooLarge.rejected, 'too-large')
  })

  it('is accepted when a quorum signed, and when all did', () => {
    assert.equal(verdict(proof), 'accepted')
    assert.equal(verdict(sampleProof(block, [0, 1, 2, 3])), 'accepted')
  })

  it('asks for every signature, also beyond the quorum', () => {
    assert.equal(checkCode(sampleProof(block, [0, 1, 2, 3])), '4 checks')
    const all = sampleProof(block, [0, 1, 2, 3])
    const last = [...all.signatures.slice(0, 3), new Uint8Array(64)]
    assert.equal(verdict({ ...all, signatures: last }), 'bad-commit-proof')
  })

  it('is refused with too few, doubled, disordered or unknown signers', () => {
    const signers = (...list: number[]): CommitProof => ({ ...proof, signers: list })
    assert.equal(checkCode(sampleProof(block, [0, 1])), 'bad-commit-proof')
    assert.equal(checkCode(sampleProof(block, [])), 'bad-commit-proof')
    assert.equal(checkCode(signers(0, 1, 1)), 'bad-commit-proof')
    assert.equal(checkCode(signers(1, 0, 3)), 'bad-commit-proof')
    assert.equal(checkCode(signers(0, 1, 4)), 'bad-commit-proof')
    assert.equal(checkCode(signers(-1, 1, 3)), 'bad-commit-proof')
    assert.equal(checkCode(signers(0, 0.5, 1)), 'bad-commit-proof')
  })

  it('is refused when signatures are missing or short', () => {
    assert.equal(checkCode({ ...proof, signatures: proof.signatures.slice(1) }), 'bad-commit-proof')
    const short = proof.signatures.map((signature) => signature.subarray(1))
    assert.equal(checkCode({ ...proof, signatures: short }), 'bad-commit-proof')
  })

  it('needs the quorum of its committee', () => {
    assert.equal(checkCode(proof, testGenesis(7).genesis.committee), 'bad-commit-proof')
  })

  it('does not verify for another block, height, view, chain or signer', () => {
    assert.equal(verdict({ ...proof, block: digestFor('other') }), 'bad-commit-proof')
    assert.equal(verdict({ ...proof, height: 10 }), 'bad-commit-proof')
    assert.equal(verdict({ ...proof, view: 1 }), 'bad-commit-proof')
    assert.equal(verdict(proof, { committee, chain: digestFor('chain') }), 'bad-commit-proof')
    assert.equal(verdict({ ...proof, signers: [0, 1, 2] }), 'bad-commit-proof')
  })
})
