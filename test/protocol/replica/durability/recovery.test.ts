import assert from 'node:assert/strict'
import { CANDIDATES_MAX } from '../../../../protocol/limits.ts'
import { encodeWalEntry } from '../../../../protocol/replica/durability/wal-entry.ts'
import { storageKey } from '../../../../protocol/storage-keys.ts'
import { encodeWireMessage } from '../../../../protocol/wire/message-codec.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset } from '../../../support/records.ts'
import { firstProposal, frameOfVote, voteOf } from '../other-members.ts'
import { blockIds, cutBefore, LOSSES } from '../power-cuts.ts'
import { messageOf, TestCommittee } from '../test-committee.ts'
import { PowerCut, TestNode } from '../test-node.ts'

const BLOCKS = 5

/** No place holds two signatures, in whatever lives. */
function signsNothingTwice(node: TestNode, when: string): void {
  for (const [place, digests] of node.signed) assert.equal(digests.size, 1, `${place}, ${when}`)
}

describe('recovery after a crash before any effect', function () {
  this.timeout(60_000)

  it('of a committee of one loses nothing that was acknowledged and signs nothing twice', () => {
    const { genesis } = testGenesis(1)
    const records = Array.from({ length: BLOCKS }, (_, i) =>
      signedDataset({ chain: genesis.chain, nonce: i + 1, name: `data${i}` }),
    )
    let crashes = 0
    for (let effect = 0; ; effect++) {
      let reached = false
      for (const loss of LOSSES) {
        const node = new TestNode({ genesis })
        const cut = cutBefore(node, effect)
        const when = `crash before effect ${effect}, loses ${loss}`
        const guarded = (action: () => void) => {
          try {
            action()
          } catch (error) {
            if (!(error instanceof PowerCut)) throw error
            const before = blockIds(node)
            node.restart(loss)
            assert.deepEqual(blockIds(node).slice(0, before.length), before, when)
          }
        }
        guarded(() => node.start())
        for (const { envelope, id } of records) {
          guarded(() => node.submit(envelope))
          if (node.disk.get(storageKey.record(id)) === undefined) node.submit(envelope)
          while (node.disk.get(storageKey.record(id)) === undefined) {
            assert.ok(node.timers.size > 0 && node.nowMs < Number.MAX_SAFE_INTEGER, when)
            node.fireTimer()
          }
          node.nowMs += 1_000
        }
        signsNothingTwice(node, when)
        for (const [id, outcome] of node.settled) {
          if (outcome.status === 'committed') assert.ok(node.disk.get(storageKey.record(id)), when)
        }
        reached ||= cut.done
        if (cut.done) crashes++
      }
      if (!reached) break
    }
    assert.ok(crashes > 100, `${crashes} crashes`)
  })

  it('of one of four members contradicts nothing, and all decide the same', () => {
    const { genesis } = testGenesis(4)
    const records = Array.from({ length: BLOCKS }, (_, i) =>
      signedDataset({ org: i % 4, nonce: i + 1, name: `data${i}` }),
    )
    const victim = 1
    let crashes = 0
    for (let effect = 0; ; effect++) {
      const loss = LOSSES[effect % LOSSES.length]
      const when = `crash before effect ${effect}, loses ${loss}`
      const committee = new TestCommittee(genesis)
      const node = committee.node(victim)
      const cut = cutBefore(node, effect)
      committee.start()
      for (const [i, { envelope, id }] of records.entries()) {
        committee.submit(i % 4, envelope)
        committee.settle()
        if (committee.down.has(victim)) committee.restart(victim, loss)
        committee.submit(i % 4, envelope)
        committee.until(() => {
          if (committee.down.has(victim)) committee.restart(victim, loss)
          return committee.nodes.every(({ disk }) => disk.get(storageKey.record(id)) !== undefined)
        })
      }
      for (const each of committee.nodes) {
        signsNothingTwice(each, when)
        const height = Math.min(each.height, committee.node(0).height)
        assert.deepEqual(
          blockIds(each).slice(0, height),
          blockIds(committee.node(0)).slice(0, height),
          when,
        )
      }
      if (!cut.done) break
      crashes++
    }
    assert.ok(crashes > 100, `${crashes} crashes`)
  })
})

describe('recovery', () => {
  const { genesis } = testGenesis(4)
  const proposal = firstProposal(genesis, [signedDataset().envelope])
  const { block } = proposal.prePrepare

  /** Member 0 has prepared and committed to the block of view 0, and hears no more. */
  function locked(): TestNode {
    const node = new TestNode({ genesis })
    node.start()
    node.input({ kind: 'frame', from: 1, bytes: encodeWireMessage(proposal) })
    for (const member of [1, 2]) {
      const vote = voteOf(genesis, 'prepare', { member, block })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(vote) })
    }
    return node
  }

  function said(node: TestNode): string[] {
    return node.takeSent().flatMap((sent) => {
      const message = messageOf(sent)
      return message?.kind === 'vote'
        ? [`${message.vote.kind} ${message.vote.view} ${message.vote.block === block}`]
        : []
    })
  }

  it('says its votes again, bit for bit, and keeps the lock and the block', () => {
    const node = locked()
    const before = node.takeSent().map(({ bytes }) => bytes)
    node.restart('nothing')
    assert.deepEqual(
      node.takeSent().map(({ bytes }) => bytes),
      before,
    )
    for (const member of [1, 2]) {
      const vote = voteOf(genesis, 'commit', { member, block })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(vote) })
    }
    assert.equal(node.height, 1)
  })

  it('says what it was about to say: logged, but beyond what the guard has reached', () => {
    const node = new TestNode({ genesis })
    node.start()
    node.input({ kind: 'frame', from: 1, bytes: encodeWireMessage(proposal) })
    const before = said(node)
    assert.deepEqual(before, ['prepare 0 true'])
    node.restart('the guard')
    assert.deepEqual(said(node), before)
  })

  it('abstains at the height whose log does not explain the guard, and signs at the next', () => {
    const node = locked()
    node.takeSent()
    node.disk.log = node.disk.log.slice(0, 1)
    node.restart('nothing')
    assert.equal(node.replica.status().maySign, false)
    node.input({ kind: 'timer', timer: { name: 'propose', height: 1, view: 0 } })
    assert.deepEqual(said(node), [])
    node.input({ kind: 'frame', from: 1, bytes: encodeWireMessage(proposal) })
    for (const member of [1, 2, 3]) {
      const vote = voteOf(genesis, 'commit', { member, block })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(vote) })
    }
    assert.equal(node.height, 1)
    assert.deepEqual(said(node), [])
    assert.equal(node.replica.status().maySign, true)
  })

  it('abstains through the height of a guard that is ahead of the store', () => {
    const node = new TestNode({ genesis })
    node.disk.guard = { height: 7, view: 0, prePrepare: null, prepare: block, commit: null }
    node.restart('nothing')
    assert.equal(node.replica.status().maySign, false)
  })

  it('commits at once what had been decided but not made durable', () => {
    const node = locked()
    node.hold.add('commit')
    for (const member of [1, 2]) {
      const vote = voteOf(genesis, 'commit', { member, block })
      node.input({ kind: 'frame', from: member, bytes: frameOfVote(vote) })
    }
    assert.equal(node.height, 0)
    node.hold.clear()
    node.restart('nothing')
    assert.equal(node.height, 1)
  })

  it('passes over entries of the log that it does not understand', () => {
    const node = locked()
    node.disk.log.push(new Uint8Array([99, 1, 2]))
    node.restart('nothing')
    assert.equal(node.replica.status().maySign, true)
  })

  it('takes no more blocks out of a long log than it would keep', () => {
    const node = new TestNode({ genesis })
    const blocks = Array.from({ length: 2 * CANDIDATES_MAX }, (_, i) => {
      const envelopes = [signedDataset({ name: `data${i}` }).envelope]
      const { header, body, prePrepare } = firstProposal(genesis, envelopes)
      node.disk.log.push(encodeWalEntry({ kind: 'block', header, body }))
      return prePrepare.block
    })
    node.restart('nothing')
    node.takeSent()
    for (const block of blocks) {
      const asked = { kind: 'get-proposal', height: 1, block } as const
      node.input({ kind: 'frame', from: 2, bytes: encodeWireMessage(asked) })
    }
    assert.equal(node.takeSent().length, CANDIDATES_MAX)
  })
})
