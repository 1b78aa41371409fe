import assert from 'node:assert/strict'
import { encodeBody } from '../../../../protocol/chain/body.ts'
import { decodeHeader } from '../../../../protocol/chain/header.ts'
import { digestOf } from '../../../../protocol/digest.ts'
import {
  CANDIDATES_MAX,
  CONSENSUS_CHECKS_WAITING_MAX,
  CONSENSUS_MESSAGES_BURST,
  FAR_MESSAGES_PER_MEMBER_MAX,
  NEARBY_VIEWS_MAX,
} from '../../../../protocol/limits.ts'
import { decodeWalEntry } from '../../../../protocol/replica/durability/wal-entry.ts'
import { encodeWireMessage } from '../../../../protocol/wire/message-codec.ts'
import { testGenesis, testKey } from '../../../support/keys.ts'
import { accepted, signedDataset } from '../../../support/records.ts'
import { firstProposal, frameOfVote, reproposed, signedBy, voteOf } from '../other-members.ts'
import { messageOf } from '../test-committee.ts'
import { effectsOf, TestNode } from '../test-node.ts'

const { genesis } = testGenesis(4)
const LEADER = 1
const LIAR = 3
const BOGUS_BLOCKS = CANDIDATES_MAX + 4

function preparesOf(node: TestNode) {
  return node.sent
    .map(messageOf)
    .filter((message) => message?.kind === 'vote' && message.vote.kind === 'prepare')
}

function loggedBlocks(node: TestNode): number {
  return node.disk.log
    .map(decodeWalEntry)
    .filter((entry) => 'kind' in entry && entry.kind === 'block').length
}

describe('hostile proposals', () => {
  const proposal = firstProposal(genesis, [signedDataset().envelope])
  const { block } = proposal.prePrepare
  const time = accepted(decodeHeader(proposal.header)).timeMs

  function bogus(index: number, view: number) {
    return encodeWireMessage(
      reproposed(genesis, proposal, { member: LIAR, view, header: { timeMs: time + 1 + index } }),
    )
  }

  it('of a member that does not lead the view cost one signature check and leave nothing', () => {
    const node = new TestNode({ genesis })
    node.start()
    for (let i = 0; i < BOGUS_BLOCKS; i++)
      node.input({ kind: 'frame', from: LIAR, bytes: bogus(i, 0) })
    assert.equal(loggedBlocks(node), 0)
    assert.ok(effectsOf(node.effects, 'verify').every(({ checks }) => checks.length === 1))
  })

  it('of later views do not displace the proposal that is being checked', () => {
    const node = new TestNode({ genesis, hold: ['verify'] })
    node.start()
    node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(proposal) })
    node.release('verify')
    const [body] = node.held.splice(0)
    for (let i = 0; i < BOGUS_BLOCKS; i++) {
      node.input({ kind: 'frame', from: LIAR, bytes: bogus(i, 2 + 4 * i) })
    }
    while (node.held.length > 0) node.release('verify')
    assert.ok(body)
    node.held.push(body)
    while (node.held.length > 0) node.release('verify')
    assert.deepEqual(
      preparesOf(node).map((message) => message?.kind === 'vote' && message.vote.block),
      [block],
    )
  })

  it('that a leader makes twice in one view are checked once', () => {
    const node = new TestNode({ genesis })
    node.start()
    node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(proposal) })
    const second = reproposed(genesis, proposal, {
      member: LEADER,
      view: 0,
      header: { timeMs: time + 1 },
    })
    node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(second) })
    assert.equal(loggedBlocks(node), 1)
    assert.equal(effectsOf(node.effects, 'accuse').length, 1)
  })

  it('that carry another body than the header names do not keep the right one from being taken', () => {
    const node = new TestNode({ genesis })
    node.start()
    node.input({
      kind: 'frame',
      from: LIAR,
      bytes: encodeWireMessage({ ...proposal, body: new Uint8Array(9) }),
    })
    assert.equal(loggedBlocks(node), 0)
    node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(proposal) })
    assert.deepEqual(
      preparesOf(node).map((message) => message?.kind === 'vote' && message.vote.block),
      [block],
    )
  })

  it('with an invalid record are checked, found invalid and answered with nil', () => {
    const node = new TestNode({ genesis })
    node.start()
    const stranger = signedDataset({ signer: testKey(77_000) })
    const body = encodeBody({ envelopes: [stranger.envelope], evidence: [], lastProof: null })
    const bad = reproposed(genesis, proposal, { member: LEADER, view: 0, body })
    node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(bad) })
    assert.deepEqual(
      preparesOf(node).map((message) => message?.kind === 'vote' && message.vote.block),
      [null],
    )
    assert.equal(effectsOf(node.effects, 'alarm').length, 0)
  })

  it('whose roots do not come out raise an alarm and are answered with nil', () => {
    const node = new TestNode({ genesis })
    node.start()
    const bad = reproposed(genesis, proposal, {
      member: LEADER,
      view: 0,
      header: { stateRoot: block },
    })
    node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(bad) })
    assert.deepEqual(
      preparesOf(node).map((message) => message?.kind === 'vote' && message.vote.block),
      [null],
    )
    assert.equal(effectsOf(node.effects, 'alarm').length, 1)
  })

  it('are given up for the body that a quorum asked for, not for the first one that comes', () => {
    const node = new TestNode({ genesis })
    node.start()
    for (const member of [1, 2, 3]) {
      const vote = voteOf(genesis, 'commit', { member, block })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(vote) })
    }
    assert.equal(
      node.sent.map(messageOf).filter((message) => message?.kind === 'get-proposal').length,
      3,
    )
    const { header, body } = proposal
    node.input({
      kind: 'frame',
      from: LIAR,
      bytes: encodeWireMessage({ kind: 'proposed-block', header, body: body.slice(1) }),
    })
    assert.equal(loggedBlocks(node), 0)
    node.input({
      kind: 'frame',
      from: LEADER,
      bytes: encodeWireMessage({ kind: 'proposed-block', header, body }),
    })
    assert.equal(node.height, 1)
  })

  it('whose polka was stripped on the way are taken again with it', () => {
    const node = new TestNode({ genesis })
    node.start()
    const polka = [0, 1, 2].map((member) => voteOf(genesis, 'prepare', { member, block }))
    const draft = {
      kind: 'pre-prepare',
      height: 1,
      view: 1,
      block,
      validView: 0,
      member: 2,
    } as const
    const whole = { ...proposal, prePrepare: signedBy(genesis, draft), justification: polka }
    for (const member of [2, 3]) {
      const nil = voteOf(genesis, 'commit', { member, block: null, view: 1 })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(nil) })
    }
    node.input({
      kind: 'frame',
      from: LIAR,
      bytes: encodeWireMessage({ ...whole, justification: [] }),
    })
    assert.deepEqual(preparesOf(node), [])
    node.input({ kind: 'frame', from: 2, bytes: encodeWireMessage(whole) })
    assert.deepEqual(
      preparesOf(node).map((message) => message?.kind === 'vote' && message.vote.block),
      [block],
    )
  })

  it('and bundles are paid for by the signature, not by the frame', () => {
    const node = new TestNode({ genesis })
    node.start()
    const votes = Array.from({ length: 62 }, (_, view) =>
      voteOf(genesis, 'prepare', { member: LIAR, block: null, view }),
    )
    const forged = votes.map((vote, i) =>
      i === 0 ? { ...vote, signature: new Uint8Array(64) } : vote,
    )
    for (let i = 0; i < (2 * CONSENSUS_MESSAGES_BURST) / 62; i++) {
      node.input({
        kind: 'frame',
        from: LIAR,
        bytes: encodeWireMessage({ kind: 'bundle', votes: forged }),
      })
      const prePrepare = signedBy(genesis, {
        ...reproposed(genesis, proposal, { member: LIAR, view: 2 }).prePrepare,
        validView: 0,
      })
      const frame = { ...proposal, prePrepare: { ...prePrepare, block }, justification: forged }
      node.input({ kind: 'frame', from: LIAR, bytes: encodeWireMessage(frame) })
    }
    const checks = effectsOf(node.effects, 'verify').reduce(
      (sum, effect) => sum + effect.checks.length,
      0,
    )
    assert.ok(checks <= CONSENSUS_MESSAGES_BURST, `${checks} checks`)
  })

  /** So many members are in a later view: whoever hears of it follows (R9). */
  function follow(node: TestNode, members: readonly number[], view: number): void {
    for (const member of members) {
      const nil = voteOf(genesis, 'commit', { member, block: null, view })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(nil) })
    }
  }

  it('of later views wait for their view, one for each leader, however many views it leads', () => {
    const node = new TestNode({ genesis })
    node.start()
    for (let i = 0; i < 10; i++)
      node.input({ kind: 'frame', from: LIAR, bytes: bogus(i, 2 + 4 * i) })
    assert.equal(loggedBlocks(node), 0)
    assert.ok(effectsOf(node.effects, 'verify').every(({ checks }) => checks.length === 1))
    follow(node, [1, 2], 2)
    assert.equal(loggedBlocks(node), 0)
    follow(node, [1, 2], 38)
    assert.equal(loggedBlocks(node), 1)
  })

  it('are checked when their view comes, if they came before it', () => {
    const node = new TestNode({ genesis })
    node.start()
    node.input({ kind: 'frame', from: LIAR, bytes: bogus(-1, 2) })
    assert.deepEqual(preparesOf(node), [])
    follow(node, [1, 2], 2)
    const [prepared] = preparesOf(node)
    assert.equal(prepared?.kind === 'vote' && prepared.vote.view, 2)
    assert.notEqual(prepared?.kind === 'vote' && prepared.vote.block, null)
  })

  it('of views that are over are checked once a quorum voted for them, and nobody is asked', () => {
    for (const votesFirst of [false, true]) {
      const node = new TestNode({ genesis })
      node.start()
      follow(node, [2, 3], 1)
      const commits = [1, 2, 3].map((member) => voteOf(genesis, 'commit', { member, block }))
      const votes = () => {
        for (const vote of commits)
          node.input({ kind: 'frame', from: vote.member, bytes: frameOfVote(vote) })
      }
      if (votesFirst) votes()
      node.input({ kind: 'frame', from: LEADER, bytes: encodeWireMessage(proposal) })
      if (!votesFirst) {
        assert.equal(loggedBlocks(node), 0)
        node.takeSent()
        votes()
        const asked = node.sent.map(messageOf).filter((sent) => sent?.kind === 'get-proposal')
        assert.deepEqual(asked, [])
      }
      assert.equal(node.height, 1)
    }
  })

  it('of ours are forgotten like those of others, when one view after the other fails', () => {
    const node = new TestNode({ genesis, self: LEADER })
    node.start()
    node.submit(signedDataset().envelope)
    for (let view = 4; view < 8 * CANDIDATES_MAX; view += 4) {
      node.nowMs += 1
      follow(node, [2, 3], view)
    }
    const blocks = node.sent.map(messageOf).flatMap((sent) => {
      return sent?.kind === 'proposal' ? [sent.prePrepare.block] : []
    })
    assert.equal(new Set(blocks).size, 2 * CANDIDATES_MAX)
    node.takeSent()
    for (const asked of blocks) {
      const frame = { kind: 'get-proposal', height: 1, block: asked } as const
      node.input({ kind: 'frame', from: 2, bytes: encodeWireMessage(frame) })
    }
    assert.equal(node.takeSent().length, CANDIDATES_MAX)
  })
})

describe('hostile votes', () => {
  function checksOf(node: TestNode): number {
    return effectsOf(node.effects, 'verify').reduce((sum, { checks }) => sum + checks.length, 0)
  }

  function bundle(first: number, votes = 62) {
    return encodeWireMessage({
      kind: 'bundle',
      votes: Array.from({ length: votes }, (_, i) =>
        voteOf(genesis, 'prepare', { member: LIAR, block: null, view: first + i }),
      ),
    })
  }

  it('wait for their checks only up to a bound, and those of the others are checked all the same', () => {
    const node = new TestNode({ genesis, hold: ['verify'] })
    node.start()
    for (let i = 0; i < 20; i++) node.input({ kind: 'frame', from: LIAR, bytes: bundle(62 * i) })
    const held = checksOf(node)
    assert.ok(held <= CONSENSUS_CHECKS_WAITING_MAX, `${held} checks`)
    const vote = voteOf(genesis, 'prepare', { member: 2, block: null })
    node.input({ kind: 'frame', from: 2, bytes: frameOfVote(vote) })
    assert.equal(checksOf(node), held + 1)
    while (node.held.length > 0) node.release('verify')
    node.input({ kind: 'frame', from: LIAR, bytes: bundle(62 * 20) })
    assert.equal(checksOf(node), held + 1 + 62)
  })

  it('that are known already are paid for too: it takes their digests to know them', () => {
    const node = new TestNode({ genesis })
    node.start()
    for (let i = 0; i < CONSENSUS_MESSAGES_BURST / 62; i++)
      node.input({ kind: 'frame', from: LIAR, bytes: bundle(0) })
    assert.equal(checksOf(node), 62)
    node.input({ kind: 'frame', from: LIAR, bytes: bundle(70) })
    assert.equal(checksOf(node), 62)
  })

  it('that contradict each other are logged as far as they are kept', () => {
    const node = new TestNode({ genesis })
    node.start()
    for (let i = 0; i < 100; i++) {
      const block = digestOf(Uint8Array.of(i))
      for (const kind of ['prepare', 'commit'] as const) {
        const vote = voteOf(genesis, kind, { member: LIAR, block, view: 1 })
        node.input({ kind: 'frame', from: LIAR, bytes: frameOfVote(vote) })
        const votes = [vote, voteOf(genesis, kind, { member: LIAR, block, view: 1 })]
        node.input({
          kind: 'frame',
          from: LIAR,
          bytes: encodeWireMessage({ kind: 'bundle', votes }),
        })
      }
    }
    // Two of each kind, and that there is work: the evidence.
    assert.equal(node.disk.log.length, 5)
    assert.equal(effectsOf(node.effects, 'accuse').length, 2)
  })

  it('that jump ahead again and again are logged so many times, and those of the others are heard', () => {
    const node = new TestNode({ genesis })
    node.start()
    const far = (member: number, view: number) => {
      const vote = voteOf(genesis, 'commit', { member, block: null, view })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(vote) })
    }
    for (let i = 0; i < 2 * FAR_MESSAGES_PER_MEMBER_MAX; i++) far(LIAR, 1_000 + i)
    assert.equal(node.disk.log.length, FAR_MESSAGES_PER_MEMBER_MAX)
    far(1, 500)
    assert.equal(node.replica.status().view, 500)
  })

  it('of a far view are no reason to overlook the same votes when that view has come', () => {
    const node = new TestNode({ genesis })
    node.start()
    const view = 2 * NEARBY_VIEWS_MAX
    for (let round = 0; round < 2; round++) {
      for (const member of [1, 2, 3]) {
        const nil = voteOf(genesis, 'commit', { member, block: null, view })
        node.input({ kind: 'frame', from: member, bytes: frameOfVote(nil) })
      }
      assert.equal(node.replica.status().view, view + round)
    }
  })
})
