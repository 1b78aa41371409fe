import assert from 'node:assert/strict'
import {
  CATCH_UP_RANGE_BLOCKS_MAX,
  CATCH_UP_TIMEOUT_MS,
  FUTURE_MESSAGES_PER_MEMBER_MAX,
  TIPS_BURST,
} from '../../../../protocol/limits.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset } from '../../../support/records.ts'
import { asked, blockAt, frame, timeOut, tipAt } from '../chain-source.ts'
import { frameOfVote, voteOf } from '../other-members.ts'
import { messageOf, TestCommittee } from '../test-committee.ts'
import { effectsOf, TestNode } from '../test-node.ts'

const BLOCKS = 40
const { genesis } = testGenesis(4)

/** The committee has decided so many blocks without member 0. */
function committeeWithout0(blocks: number): TestCommittee {
  const committee = new TestCommittee(genesis)
  committee.start()
  committee.stop(0)
  for (let height = 1; height <= blocks; height++) {
    const org = 1 + (height % 3)
    committee.submit(org, signedDataset({ org, nonce: height, name: `data${height}` }).envelope)
    committee.until(() => [1, 2, 3].every((member) => committee.node(member).height >= height))
  }
  return committee
}

describe('catch-up', () => {
  let source: TestNode
  before(() => {
    source = committeeWithout0(BLOCKS).node(1)
  })

  function behind(peers = [1, 2, 3]): TestNode {
    const node = new TestNode({ genesis })
    node.nowMs = source.nowMs
    node.start()
    for (const member of peers) node.input({ kind: 'peer', member, connected: true })
    return node
  }

  it('asks two members at once, each for a half of the range', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    assert.deepEqual(asked(node), [
      [1, 1, 8],
      [2, 9, 16],
    ])
    assert.equal(node.replica.status().targetHeight, BLOCKS)
  })

  it('takes the blocks in whatever order they come, and goes on to the next range', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    asked(node)
    for (let height = 16; height > 8; height--) frame(node, 2, blockAt(source, height))
    assert.equal(node.height, 0)
    for (let height = 8; height > 0; height--) frame(node, 1, blockAt(source, height))
    assert.equal(node.height, CATCH_UP_RANGE_BLOCKS_MAX)
    assert.deepEqual(asked(node), [
      [2, 17, 24],
      [3, 25, 32],
    ])
  })

  it('takes a block only from the member that was asked for it, and once', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    const forged = { ...blockAt(source, 1), body: new Uint8Array(100) }
    frame(node, 3, forged)
    assert.deepEqual(asked(node), [
      [1, 1, 8],
      [2, 9, 16],
    ])
    for (let height = 2; height <= 8; height++) {
      frame(node, 1, blockAt(source, height))
      frame(node, 3, { ...blockAt(source, height), body: new Uint8Array(100) })
    }
    frame(node, 1, blockAt(source, 1))
    assert.equal(node.height, 8)
  })

  it('asks the others when a member lies, and that member no more', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    asked(node)
    const { signatures } = blockAt(source, 1).proof
    const proof = { ...blockAt(source, 1).proof, signatures: signatures.toReversed() }
    frame(node, 1, { ...blockAt(source, 1), proof })
    const again = asked(node)
    assert.ok(again.length > 0)
    assert.deepEqual(
      again.filter(([to]) => to === 1),
      [],
    )
    assert.equal(node.height, 0)
    for (const [to, first, last] of again as [number, number, number][]) {
      for (let height = first; height <= last; height++) frame(node, to, blockAt(source, height))
    }
    assert.ok(node.height >= 8)
    assert.deepEqual(
      asked(node).filter(([to]) => to === 1),
      [],
    )
  })

  it('does not go round in circles with a liar, when nobody else is there', () => {
    const node = behind([3])
    frame(node, 3, tipAt(source, BLOCKS))
    asked(node)
    frame(node, 3, { ...blockAt(source, 1), body: new Uint8Array(100) })
    assert.deepEqual(asked(node), [])
    timeOut(node)
    assert.deepEqual(asked(node), [[3, 1, 16]])
  })

  it('asks the faster one for what a slow member owes, takes it of either, and shuns the slow one', () => {
    for (const answers of [1, 2]) {
      const node = behind()
      frame(node, 1, tipAt(source, BLOCKS))
      for (let height = 9; height <= 16; height++) frame(node, 2, blockAt(source, height))
      frame(node, 1, blockAt(source, 1))
      asked(node)
      node.fireTimer('catch-up')
      assert.deepEqual(asked(node), [[2, 2, 8]])
      for (let height = 2; height <= 8; height++) frame(node, answers, blockAt(source, height))
      assert.equal(node.height, 16)
      assert.deepEqual(
        asked(node).map(([to]) => to),
        [3, 2],
      )
    }
  })

  it('asks the others when a member is silent, and that member no more', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    for (let height = 9; height <= 15; height++) frame(node, 2, blockAt(source, height))
    asked(node)
    timeOut(node)
    assert.deepEqual(
      asked(node).map(([to]) => to),
      [3],
    )
  })

  it('asks the others at once when the stream of a member breaks', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    asked(node)
    node.input({ kind: 'peer', member: 1, connected: false })
    assert.deepEqual(asked(node), [
      [3, 1, 4],
      [2, 5, 8],
    ])
    node.input({ kind: 'peer', member: 1, connected: true })
    assert.deepEqual(asked(node), [])
  })

  it('goes on at once with the first member that comes back', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    for (const member of [1, 2, 3]) node.input({ kind: 'peer', member, connected: false })
    asked(node)
    node.input({ kind: 'peer', member: 2, connected: true })
    assert.deepEqual(asked(node), [[2, 1, 16]])
  })

  it('starts again with everyone when everyone was silent', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    for (let i = 0; i < 3; i++) timeOut(node)
    assert.ok(asked(node).length > 0)
    timeOut(node)
    assert.ok(asked(node).length > 0)
  })

  it('waits for the time-out when members have no block, and asks others then', () => {
    const node = behind()
    frame(node, 1, tipAt(source, BLOCKS))
    asked(node)
    frame(node, 1, { kind: 'no-block', height: 1 })
    frame(node, 2, { kind: 'no-block', height: 9 })
    assert.deepEqual(asked(node), [])
    timeOut(node)
    assert.deepEqual(
      asked(node).map(([to]) => to),
      [2, 3],
    )
  })

  it('asks at once for what a member ended its answer before', () => {
    for (const endsFirst of [false, true]) {
      const node = behind()
      frame(node, 1, tipAt(source, BLOCKS))
      asked(node)
      for (let height = 9; height <= 16; height++) frame(node, 2, blockAt(source, height))
      for (let height = 1; height <= 2; height++) frame(node, 1, blockAt(source, height))
      if (endsFirst) frame(node, 1, { kind: 'no-block', height: 4 })
      frame(node, 1, blockAt(source, 3))
      if (!endsFirst) frame(node, 1, { kind: 'no-block', height: 4 })
      assert.equal(node.height, 3)
      assert.deepEqual(asked(node), [
        [2, 4, 6],
        [3, 7, 8],
      ])
    }
  })

  it('believes no tip whose proof is forged, torn or of another block', () => {
    const node = behind()
    const { header, proof } = tipAt(source, BLOCKS)
    const forgeries = [
      { ...proof, signatures: proof.signatures.toReversed() },
      { ...proof, signers: proof.signers.slice(1), signatures: proof.signatures.slice(1) },
      { ...proof, view: proof.view + 1 },
      tipAt(source, BLOCKS - 1).proof,
      { ...proof, height: BLOCKS + 1 },
    ]
    for (const forged of forgeries) frame(node, 1, { kind: 'tip', header, proof: forged })
    assert.deepEqual(asked(node), [])
    assert.equal(node.replica.status().targetHeight, 0)
  })

  it('decides by a tip alone what it has checked already', () => {
    const node = behind()
    const committee = new TestCommittee(genesis)
    committee.start()
    committee.arrives = ({ to, sent }) => to !== 0 || messageOf(sent)?.kind === 'proposal'
    committee.submit(1, signedDataset({ org: 1 }).envelope)
    committee.until(() => committee.node(1).height === 1)
    const late = committee.node(0)
    assert.equal(late.height, 0)
    late.takeSent()
    frame(late, 1, tipAt(committee.node(1), 1))
    assert.equal(late.height, 1)
    assert.deepEqual(asked(late), [])
    assert.equal(node.height, 0)
  })

  it('keeps few messages of the next height from each member', () => {
    const node = behind()
    for (let view = 0; view < 4 * FUTURE_MESSAGES_PER_MEMBER_MAX; view++) {
      node.input({
        kind: 'frame',
        from: 3,
        bytes: frameOfVote(voteOf(genesis, 'prepare', { member: 3, block: null, view, height: 2 })),
      })
    }
    frame(node, 1, tipAt(source, 1))
    const effects = frame(node, 1, blockAt(source, 1))
    assert.equal(node.height, 1)
    const key = genesis.committee.members[3]?.consensusKey
    const votes = effectsOf(effects, 'verify').filter(
      ({ checks }) => checks.length === 1 && checks[0]?.key === key,
    )
    assert.equal(votes.length, FUTURE_MESSAGES_PER_MEMBER_MAX)
  })

  it('asks who speaks of later heights for the next block, but not at every message', () => {
    const node = behind()
    for (let view = 0; view < 100; view++) {
      node.input({
        kind: 'frame',
        from: 3,
        bytes: frameOfVote(voteOf(genesis, 'prepare', { member: 3, block: null, view, height: 9 })),
      })
    }
    assert.deepEqual(
      asked(node),
      Array.from({ length: TIPS_BURST }, () => [3, 1, 1]),
    )
    frame(node, 3, blockAt(source, 1))
    assert.equal(node.height, 1)
  })

  it('is over soon though one member never answers', () => {
    const committee = committeeWithout0(120)
    const startMs = committee.node(1).nowMs
    committee.arrives = ({ from, sent }) => from !== 2 || messageOf(sent)?.kind !== 'block'
    committee.node(0).nowMs = startMs
    committee.restart(0, 'nothing')
    committee.until(() => committee.node(0).height >= 120)
    assert.ok(committee.node(0).nowMs - startMs <= 2 * CATCH_UP_TIMEOUT_MS)
  })
})
