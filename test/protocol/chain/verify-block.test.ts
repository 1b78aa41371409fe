import assert from 'node:assert/strict'
import type { Header } from '../../../protocol/chain/header.ts'
import { decidedBlockChecks, proposedBlockChecks } from '../../../protocol/chain/verify-block.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testGenesis } from '../../support/keys.ts'
import {
  digestFor,
  type SampleBlock,
  sampleBlock,
  sampleProof,
  secondBlock,
  TIME_MS,
} from './sample-block.ts'

function proposedCode(block: SampleBlock): string {
  const checked = proposedBlockChecks(block.header, block.body, block.context)
  return isRejection(checked) ? checked.rejected : 'accepted'
}

function withHeader(header: Partial<Header>): string {
  return proposedCode(secondBlock({ header }))
}

describe('proposed block', () => {
  it('is accepted as the first and as the next', () => {
    assert.equal(proposedCode(sampleBlock()), 'accepted')
    assert.equal(proposedCode(secondBlock()), 'accepted')
  })

  it("comes with its id, its parts and the checks of its parent's proof", () => {
    const block = secondBlock()
    const checked = proposedBlockChecks(block.header, block.body, block.context)
    assert.ok(!isRejection(checked))
    assert.equal(checked.id, block.id)
    assert.equal(checked.header.height, 2)
    assert.equal(checked.body.envelopes.length, 2)
    assert.equal(checked.checks.length, 3)
    assert.ok(checked.checks.every(verifySignature))
  })

  it('follows its parent', () => {
    assert.equal(withHeader({ chain: digestFor('chain') }), 'wrong-chain')
    assert.equal(withHeader({ height: 3 }), 'wrong-height')
    assert.equal(withHeader({ height: 1 }), 'wrong-height')
    assert.equal(withHeader({ parent: digestFor('parent') }), 'wrong-parent')
    assert.equal(withHeader({ timeMs: TIME_MS }), 'untimely')
    assert.equal(withHeader({ timeMs: TIME_MS + 1 }), 'accepted')
  })

  it('keeps to the committee and the parameters of its chain', () => {
    assert.equal(withHeader({ committeeHash: digestFor('x') }), 'wrong-committee')
    assert.equal(withHeader({ nextCommitteeHash: digestFor('x') }), 'wrong-committee')
    assert.equal(withHeader({ proposer: 4 }), 'wrong-committee')
    assert.equal(withHeader({ parametersHash: digestFor('x') }), 'wrong-hash')
  })

  it('has the body that its header names', () => {
    assert.equal(withHeader({ bodyHash: digestFor('x') }), 'wrong-hash')
    const { genesis } = testGenesis(4, { blockRecordsMax: 1 })
    const block = secondBlock()
    const context = {
      ...block.context,
      genesis: { ...block.context.genesis, document: genesis.document },
    }
    assert.equal(proposedCode({ ...block, context }), 'malformed')
  })

  it('carries a proof of its parent, and block 1 none', () => {
    const first = sampleBlock()
    const parent = { height: 1, id: first.id }
    const withProof = (lastProof: ReturnType<typeof sampleProof> | null) =>
      proposedCode(secondBlock({ body: { lastProof } }))
    assert.equal(withProof(null), 'bad-commit-proof')
    assert.equal(withProof(sampleProof(parent, [1, 2])), 'bad-commit-proof')
    assert.equal(withProof(sampleProof({ ...parent, height: 2 })), 'bad-commit-proof')
    assert.equal(withProof(sampleProof({ ...parent, id: digestFor('x') })), 'bad-commit-proof')
    assert.equal(withProof(sampleProof(parent, [1, 2, 3])), 'accepted')
    const { parent: genesisParent } = first.context
    const proven = sampleBlock(genesisParent, { body: { lastProof: sampleProof(genesisParent) } })
    assert.equal(proposedCode(proven), 'bad-commit-proof')
  })

  it('is refused as bytes of something else', () => {
    const block = sampleBlock()
    assert.equal(proposedCode({ ...block, header: block.body }), 'malformed')
    assert.equal(proposedCode({ ...block, body: block.header }), 'malformed')
  })
})

describe('decided block', () => {
  it('is accepted with the checks of both proofs', () => {
    const block = secondBlock()
    const proof = sampleProof({ height: 2, id: block.id }, [0, 1, 2, 3])
    const checked = decidedBlockChecks({ ...block, proof }, block.context)
    assert.ok(!isRejection(checked))
    assert.equal(checked.checks.length, 7)
    assert.ok(checked.checks.every(verifySignature))
  })

  it('is refused with the proof of another block, or with too small a one', () => {
    const block = secondBlock()
    for (const proof of [
      sampleProof({ height: 1, id: block.id }),
      sampleProof({ height: 2, id: digestFor('x') }),
      sampleProof({ height: 2, id: block.id }, [2, 3]),
    ]) {
      const checked = decidedBlockChecks({ ...block, proof }, block.context)
      assert.equal(isRejection(checked) && checked.rejected, 'bad-commit-proof')
    }
  })

  it('is refused for what a proposed block is refused for', () => {
    const block = secondBlock({ header: { height: 5 } })
    const proof = sampleProof({ height: 5, id: block.id })
    const checked = decidedBlockChecks({ ...block, proof }, block.context)
    assert.equal(isRejection(checked) && checked.rejected, 'wrong-height')
  })
})
