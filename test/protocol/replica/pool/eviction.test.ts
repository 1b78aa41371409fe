import assert from 'node:assert/strict'
import type { Digest } from '../../../../protocol/digest.ts'
import { CANDIDATES_MAX } from '../../../../protocol/limits.ts'
import { encodeWireMessage } from '../../../../protocol/wire/message-codec.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset } from '../../../support/records.ts'
import { firstProposal, frameOfVote, type Proposal, reproposed, voteOf } from '../other-members.ts'
import { messageOf } from '../test-committee.ts'
import { effectsOf, TestNode } from '../test-node.ts'

const { genesis } = testGenesis(4)
const VIEWS = CANDIDATES_MAX + 4

describe('a height whose leaders fail again and again', () => {
  const proposals = new Map<number, Proposal>()

  /** Each view has its own block: that of another record. */
  function proposalOf(view: number): Proposal {
    const known = proposals.get(view)
    if (known !== undefined) return known
    const original = firstProposal(genesis, [signedDataset({ name: `data${view}` }).envelope])
    const made = reproposed(genesis, original, { member: (1 + view) % 4, view })
    proposals.set(view, made)
    return made
  }

  function give(
    node: TestNode,
    from: number,
    ...votes: readonly ReturnType<typeof voteOf>[]
  ): void {
    for (const vote of votes) node.input({ kind: 'frame', from, bytes: frameOfVote(vote) })
  }

  /** Member 0, after so many views in which the others committed to nothing. */
  function afterViews(views: number): { node: TestNode; blocks: Digest[] } {
    const node = new TestNode({ genesis })
    node.start()
    const blocks: Digest[] = []
    for (let view = 0; view < views; view++) {
      const leader = (1 + view) % 4
      if (leader !== 0) {
        const proposal = proposalOf(view)
        blocks.push(proposal.prePrepare.block)
        node.input({ kind: 'frame', from: leader, bytes: encodeWireMessage(proposal) })
      }
      for (const member of [1, 2, 3])
        give(node, member, voteOf(genesis, 'commit', { member, block: null, view }))
    }
    return { node, blocks }
  }

  it('still takes the next proposal', () => {
    const { node, blocks } = afterViews(VIEWS * 2)
    const prepares = node.sent
      .map(messageOf)
      .flatMap((message) =>
        message?.kind === 'vote' && message.vote.kind === 'prepare' ? [message.vote.block] : [],
      )
    assert.deepEqual(
      prepares.filter((block) => block !== null && blocks.includes(block)),
      blocks,
    )
  })

  it('fetches the block that is decided after it was let go of', () => {
    const { node, blocks } = afterViews(VIEWS * 2)
    const block = blocks[0] as Digest
    node.takeSent()
    for (const member of [1, 2, 3]) give(node, member, voteOf(genesis, 'commit', { member, block }))
    assert.equal(node.height, 0)
    const asked = node
      .takeSent()
      .flatMap((sent) =>
        messageOf(sent)?.kind === 'get-proposal' && sent.kind === 'send' ? [sent.to] : [],
      )
    assert.deepEqual(asked, [1, 2, 3])
    const { header, body } = proposalOf(0)
    node.input({
      kind: 'frame',
      from: 3,
      bytes: encodeWireMessage({ kind: 'proposed-block', header, body: body.slice(1) }),
    })
    node.input({
      kind: 'frame',
      from: 1,
      bytes: encodeWireMessage({ kind: 'proposed-block', header, body }),
    })
    assert.equal(node.height, 1)
    assert.equal(effectsOf(node.effects, 'commit')[0]?.block.id, block)
  })

  it('asks again for that block when all answers were lost', () => {
    const { node, blocks } = afterViews(VIEWS * 2)
    for (const member of [1, 2, 3])
      give(node, member, voteOf(genesis, 'commit', { member, block: blocks[0] as Digest }))
    node.takeSent()
    node.input({ kind: 'peer', member: 2, connected: true })
    node.fireTimer('catch-up')
    const asked = node
      .takeSent()
      .map(messageOf)
      .filter((message) => message?.kind === 'get-blocks')
    assert.deepEqual(asked, [{ kind: 'get-blocks', from: 1, to: 1 }])
  })

  it('does not let go of the block that it is locked on', () => {
    const node = new TestNode({ genesis })
    node.start()
    const locked = proposalOf(0)
    const { block } = locked.prePrepare
    node.input({ kind: 'frame', from: 1, bytes: encodeWireMessage(locked) })
    for (const member of [1, 2]) give(node, member, voteOf(genesis, 'prepare', { member, block }))
    for (const member of [1, 2, 3])
      give(node, member, voteOf(genesis, 'commit', { member, block: null }))
    for (let view = 1; view < VIEWS * 2; view++) {
      const leader = (1 + view) % 4
      if (leader !== 0)
        node.input({ kind: 'frame', from: leader, bytes: encodeWireMessage(proposalOf(view)) })
      for (const member of [1, 2, 3])
        give(node, member, voteOf(genesis, 'commit', { member, block: null, view }))
    }
    for (const member of [1, 2, 3])
      give(node, member, voteOf(genesis, 'commit', { member, block, view: VIEWS * 2 + 4 }))
    assert.equal(node.height, 1)
  })
})
