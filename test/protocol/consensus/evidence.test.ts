import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Evidence } from '../../../protocol/consensus/evidence.ts'
import { type Accusation, evidenceChecks } from '../../../protocol/consensus/evidence-check.ts'
import {
  decodeEvidence,
  encodeEvidence,
  evidenceDigest,
} from '../../../protocol/consensus/evidence-codec.ts'
import { type Commit, type Prepare, signableOf } from '../../../protocol/consensus/message.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { EVIDENCE_BYTES_MAX } from '../../../protocol/limits.ts'
import { signMessage, verifySignature } from '../../../protocol/records/ed25519.ts'
import { isRejection, type Rejection } from '../../../protocol/rejection.ts'
import { testGenesis, testPerson, testRoleKey } from '../../support/keys.ts'
import { accepted, signedDataset } from '../../support/records.ts'
import { assertStrict } from '../chain/hostile-bytes.ts'
import { arbitraryMessage } from './arbitrary-messages.ts'

const { genesis } = testGenesis()
const context = { chain: genesis.chain, committee: genesis.committee }
const OTHER_CHAIN = 'cc'.repeat(32) as Digest
const A = 'aa'.repeat(32) as Digest
const B = 'bb'.repeat(32) as Digest

function signed<M extends Prepare | Commit>(draft: Omit<M, 'signature'>): M {
  const { seed } = testRoleKey(draft.member, 'consensus')
  const signature = signMessage(seed, signableOf(genesis.chain, draft as M))
  return { ...draft, signature } as M
}

function prepare(fields: Partial<Prepare> = {}): Prepare {
  return signed<Prepare>({
    kind: 'prepare',
    height: 7,
    view: 3,
    block: A,
    validView: -1,
    member: 2,
    ...fields,
  })
}

function commit(fields: Partial<Commit> = {}): Commit {
  return signed<Commit>({ kind: 'commit', height: 7, view: 2, block: B, member: 2, ...fields })
}

function holds(accusation: Accusation): boolean {
  return accusation.checks.length === 2 && accusation.checks.every(verifySignature)
}

function outcome(evidence: Evidence): string {
  const checks = evidenceChecks(evidence, context)
  return isRejection(checks) ? (checks as Rejection).rejected : checks.accused
}

describe('evidence of equivocation', () => {
  const equivocation = (first: Prepare | Commit, second: Prepare | Commit): Evidence => ({
    kind: 'equivocation',
    first,
    second,
  })

  it('accuses a member of two different messages in one place', () => {
    const proof = accepted(evidenceChecks(equivocation(prepare(), prepare({ block: B })), context))
    assert.equal(proof.accused, 'org03')
    assert.ok(holds(proof))
    const nil = prepare({ block: null })
    assert.equal(outcome(equivocation(prepare(), nil)), 'org03')
    assert.equal(outcome(equivocation(prepare(), prepare({ validView: 1 }))), 'org03')
  })

  it('accuses nobody of what an honest member does', () => {
    const others: (Prepare | Commit)[] = [
      prepare(),
      prepare({ block: B, view: 4 }),
      prepare({ block: B, height: 8 }),
      prepare({ block: B, member: 1 }),
      commit({ view: 3 }),
    ]
    for (const other of others)
      assert.equal(outcome(equivocation(prepare(), other)), 'bad-evidence')
  })

  it('accuses nobody who is not in the committee', () => {
    const first = { ...prepare(), member: 9 }
    const second = { ...prepare({ block: B }), member: 9 }
    assert.equal(outcome(equivocation(first, second)), 'bad-evidence')
  })

  it('proves nothing when a signature is forged', () => {
    const forged = { ...prepare({ block: B }), signature: prepare().signature }
    assert.ok(!holds(accepted(evidenceChecks(equivocation(prepare(), forged), context))))
  })

  it('proves nothing on another chain', () => {
    const evidence = equivocation(prepare(), prepare({ block: B }))
    const elsewhere = { ...context, chain: OTHER_CHAIN }
    assert.ok(!holds(accepted(evidenceChecks(evidence, elsewhere))))
  })
})

describe('evidence of amnesia', () => {
  const amnesia = (first: Commit, second: Prepare): Evidence => ({
    kind: 'amnesia',
    commit: first,
    prepare: second,
  })

  it('accuses a member that forgot its lock', () => {
    for (const validView of [-1, 0, 1]) {
      const proof = accepted(evidenceChecks(amnesia(commit(), prepare({ validView })), context))
      assert.equal(proof.accused, 'org03')
      assert.ok(holds(proof))
    }
  })

  it('accuses nobody of what the lock rule allows', () => {
    const allowed: [Commit, Prepare][] = [
      [commit(), prepare({ validView: 2 })],
      [commit(), prepare({ block: B })],
      [commit(), prepare({ block: null })],
      [commit({ block: null }), prepare()],
      [commit(), prepare({ view: 2 })],
      [commit(), prepare({ view: 1 })],
      [commit(), prepare({ height: 8 })],
      [commit(), prepare({ member: 1 })],
    ]
    for (const [lock, later] of allowed) assert.equal(outcome(amnesia(lock, later)), 'bad-evidence')
  })

  it('is a COMMIT and a PREPARE, in this order', () => {
    const swapped = { kind: 'amnesia', commit: prepare(), prepare: commit() } as const
    assert.equal(outcome(swapped), 'bad-evidence')
  })
})

describe('evidence of a nonce used twice', () => {
  const reuse = (first: Uint8Array, second: Uint8Array): Evidence => ({
    kind: 'nonce-reuse',
    first,
    second,
  })
  const one = signedDataset({ name: 'one' }).envelope
  const two = signedDataset({ name: 'two' }).envelope

  it('accuses the author', () => {
    const proof = accepted(evidenceChecks(reuse(one, two), context))
    assert.equal(proof.accused, testPerson(0).did)
    assert.ok(holds(proof))
  })

  it('accuses nobody of the same record, another nonce, another author or another chain', () => {
    assert.equal(outcome(reuse(one, one)), 'bad-evidence')
    assert.equal(outcome(reuse(one, signedDataset({ nonce: 2 }).envelope)), 'bad-evidence')
    assert.equal(outcome(reuse(one, signedDataset({ org: 1 }).envelope)), 'bad-evidence')
    assert.equal(
      outcome(reuse(one, signedDataset({ chain: OTHER_CHAIN }).envelope)),
      'bad-evidence',
    )
  })

  it('is refused when a side is no envelope', () => {
    assert.equal(outcome(reuse(one, Uint8Array.of(1, 2))), 'malformed')
  })
})

describe('the bytes of evidence', () => {
  const samples: Evidence[] = [
    { kind: 'equivocation', first: prepare(), second: prepare({ block: B }) },
    { kind: 'amnesia', commit: commit(), prepare: prepare() },
    { kind: 'nonce-reuse', first: Uint8Array.of(1, 2), second: Uint8Array.of(1, 3) },
  ]

  it('are the only ones that the decoder takes', () => {
    assertStrict({ encode: encodeEvidence, decode: decodeEvidence }, samples.map(encodeEvidence))
  })

  it('and so the digest, do not depend on which side was seen first', () => {
    fc.assert(
      fc.property(arbitraryMessage, arbitraryMessage, (first, second) => {
        const evidence = { kind: 'equivocation', first, second } as const
        const mirrored = { kind: 'equivocation', first: second, second: first } as const
        assert.equal(evidenceDigest(evidence), evidenceDigest(mirrored))
      }),
    )
  })

  it('are refused beyond the bound, and with two equal sides', () => {
    const large = decodeEvidence(new Uint8Array(EVIDENCE_BYTES_MAX + 1))
    assert.ok(isRejection(large) && large.rejected === 'too-large')
    const same = { kind: 'equivocation', first: prepare(), second: prepare() } as const
    const equal = decodeEvidence(encodeEvidence(same))
    assert.ok(isRejection(equal) && equal.rejected === 'not-canonical')
  })
})
