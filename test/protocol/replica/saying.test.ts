import assert from 'node:assert/strict'
import { decodeCommitProof } from '../../../protocol/chain/commit-proof.ts'
import { signableOf } from '../../../protocol/consensus/message.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { decodeWalEntry } from '../../../protocol/replica/durability/wal-entry.ts'
import { readBlock } from '../../../protocol/replica/ledger.ts'
import { encodeWireMessage } from '../../../protocol/wire/message-codec.ts'
import { testGenesis } from '../../support/keys.ts'
import { accepted, signedDataset } from '../../support/records.ts'
import { frameOfVote, voteOf } from './other-members.ts'
import { messageOf, TestCommittee } from './test-committee.ts'
import { effectsOf, TestNode } from './test-node.ts'

const { genesis } = testGenesis(4)
const LEADER = 1

function leader(): TestNode {
  const node = new TestNode({ genesis, self: LEADER, hold: ['persist'] })
  node.start()
  return node
}

function said(node: TestNode): string[] {
  return node.takeSent().flatMap((sent) => {
    const message = messageOf(sent)
    if (message?.kind === 'proposal') return ['pre-prepare']
    return message?.kind === 'vote' ? [message.vote.kind] : []
  })
}

describe('saying', () => {
  it('persists before it signs, and signs before it sends', () => {
    const node = leader()
    node.submit(signedDataset().envelope)
    assert.deepEqual(said(node), [])
    assert.equal(node.signed.size, 0)
    node.release('persist')
    assert.deepEqual(said(node), ['pre-prepare', 'prepare'])
    assert.equal(node.signed.size, 2)
  })

  it('has one barrier for what one step says, behind the log of its inputs and of its digests', () => {
    const node = leader()
    const effects = node.submit(signedDataset().envelope) && node.effects
    const persists = effectsOf(effects ?? [], 'persist')
    assert.equal(persists.length, 1)
    const at = node.effects.findIndex(({ kind }) => kind === 'persist')
    const logged = effectsOf(node.effects.slice(0, at), 'log').map(({ entry }) =>
      accepted(decodeWalEntry(entry)),
    )
    const signed = logged.flatMap((entry) => (entry.kind === 'signed' ? [entry.signable] : []))
    const { guard } = persists[0] ?? assert.fail()
    assert.deepEqual(signed, [guard.prePrepare, guard.prepare])
    assert.ok(logged.some((entry) => entry.kind === 'block'))
    assert.ok(logged.some((entry) => entry.kind === 'input' && entry.input.kind === 'built'))
  })

  it('waits with the next barrier until the one before is down', () => {
    const node = leader()
    node.submit(signedDataset().envelope)
    for (const timer of ['propose', 'prepare'] as const) {
      node.input({ kind: 'timer', timer: { name: timer, height: 1, view: 0 } })
    }
    assert.equal(effectsOf(node.held, 'persist').length, 1)
    node.release('persist')
    assert.deepEqual(said(node), ['pre-prepare', 'prepare'])
    node.release('persist')
    assert.deepEqual(said(node), ['commit'])
  })

  it('names in the guard exactly what it goes on to sign', () => {
    const node = leader()
    node.submit(signedDataset().envelope)
    node.release('persist')
    const votes = node.takeSent().flatMap((sent) => {
      const message = messageOf(sent)
      return message?.kind === 'vote' ? [message.vote] : []
    })
    assert.equal(votes.length, 1)
    assert.equal(
      node.disk.guard?.prepare,
      digestOf(signableOf(genesis.chain, votes[0] ?? assert.fail())),
    )
  })

  it('says nothing of a height that was decided while the barrier was under way', () => {
    const committee = new TestCommittee(genesis)
    committee.start()
    committee.submit(0, signedDataset({ nonce: 3 }).envelope)
    committee.until(() => committee.node(0).height === 1)
    const { header, body, proof } = readBlock(committee.node(0).disk, 1) ?? assert.fail()
    const node = leader()
    node.nowMs = committee.node(0).nowMs
    node.submit(signedDataset().envelope)
    node.input({ kind: 'peer', member: 0, connected: true })
    const decoded = accepted(decodeCommitProof(proof))
    node.input({
      kind: 'frame',
      from: 0,
      bytes: encodeWireMessage({ kind: 'tip', header, proof: decoded }),
    })
    node.input({
      kind: 'frame',
      from: 0,
      bytes: encodeWireMessage({ kind: 'block', header, body, proof: decoded }),
    })
    assert.equal(node.height, 1)
    node.takeSent()
    node.release('persist')
    assert.deepEqual(said(node), [])
    assert.equal(node.signed.size, 0)
  })

  it('is not for a node without a signer, or one that only follows', () => {
    for (const options of [{ mute: true }, { self: null }]) {
      const node = new TestNode({ genesis, self: LEADER, ...options })
      node.start()
      node.submit(signedDataset().envelope)
      node.input({ kind: 'timer', timer: { name: 'propose', height: 1, view: 0 } })
      for (const member of [0, 2, 3]) {
        node.input({
          kind: 'frame',
          from: member,
          bytes: frameOfVote(voteOf(genesis, 'prepare', { member, block: null })),
        })
      }
      assert.equal(effectsOf(node.effects, 'persist').length, 0)
      assert.deepEqual(said(node), [])
      assert.equal(node.replica.status().maySign, false)
    }
  })
})
