import assert from 'node:assert/strict'
import { CATCH_UP_RANGE_BLOCKS_MAX, CATCH_UP_TIMEOUT_MS } from '../../../../protocol/limits.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedDataset } from '../../../support/records.ts'
import { blockAt, frame, timeOut } from '../chain-source.ts'
import { messageOf, TestCommittee } from '../test-committee.ts'
import { TestNode } from '../test-node.ts'

const { genesis } = testGenesis(4)

describe('catch-up of a long chain', function () {
  this.timeout(60_000)
  const LONG = 1_000
  let committee: TestCommittee

  before(() => {
    committee = new TestCommittee(genesis)
    committee.start()
    committee.stop(0)
    // Heartbeats alone make the chain longer.
    for (let height = 1; height <= LONG; height++)
      committee.until(() => [1, 2, 3].every((member) => committee.node(member).height >= height))
  })

  afterEach(() => {
    committee.arrives = () => true
    committee.stop(0)
  })

  /** Member 0 comes with an empty disk. */
  function newcomer(): TestNode {
    const node = new TestNode({ genesis })
    node.nowMs = committee.node(1).nowMs
    committee.nodes[0] = node
    committee.restart(0, 'nothing')
    return node
  }

  it('asks for each block once, for a bounded number at a time, and waits for no time-out', () => {
    let expected = 0
    let expectedMax = 0
    let delivered = 0
    committee.arrives = ({ from, to, sent }) => {
      const message = messageOf(sent)
      if (from === 0 && message?.kind === 'get-blocks') expected += message.to - message.from + 1
      expectedMax = Math.max(expectedMax, expected)
      if (to === 0 && message?.kind === 'block') {
        expected--
        delivered++
      }
      return true
    }
    const startMs = committee.node(1).nowMs
    const node = newcomer()
    const { height } = committee.node(1)
    committee.until(() => node.height >= height)
    assert.equal(node.nowMs, startMs)
    assert.equal(delivered, height)
    assert.ok(expectedMax <= CATCH_UP_RANGE_BLOCKS_MAX, `${expectedMax} blocks`)
  })

  it('loses no time with a member that lies', () => {
    let lies = 0
    const liar = committee.node(3)
    committee.arrives = ({ from, to, sent }) => {
      if (from !== 3 || to !== 0 || messageOf(sent)?.kind !== 'block') return true
      const { proof, ...block } = blockAt(liar, 1)
      const signatures = proof.signatures.toReversed()
      frame(committee.node(0), 3, { ...block, proof: { ...proof, signatures } })
      lies++
      return false
    }
    const startMs = committee.node(1).nowMs
    const node = newcomer()
    const { height } = committee.node(1)
    committee.until(() => node.height >= height)
    assert.ok(lies > 0 && lies <= CATCH_UP_RANGE_BLOCKS_MAX, `${lies} lies`)
    assert.ok(node.nowMs - startMs <= CATCH_UP_TIMEOUT_MS)
  })

  it('goes on while the others decide, and the newcomer votes with them in the end', () => {
    const submit = (org: number, nonce: number) => {
      const expires = committee.node(1).nowMs + 3_600_000
      const record = signedDataset({ org, nonce, expires, name: `data${org}-${nonce}` })
      committee.submit(org, record.envelope)
    }
    let packets = 0
    let nonce = 0
    committee.arrives = () => {
      if (++packets % 100 === 0 && nonce < 20) {
        nonce++
        submit(1, nonce)
      }
      return true
    }
    const { height } = committee.node(1)
    const node = newcomer()
    committee.until(() => nonce === 20 && committee.nodes.every((each) => each.height > height + 5))
    committee.arrives = () => true
    submit(2, 1)
    const next = committee.node(1).height + 1
    committee.until(() => committee.nodes.every((each) => each.height >= next))
    assert.ok([...node.signed.keys()].some((place) => place.startsWith(`${next}/`)))
  })

  it('is not held up by a member that delivers as slowly as the time-out allows', () => {
    let slow: { readonly bytes: Uint8Array; readonly dueMs: number }[] = []
    const node = new TestNode({ genesis })
    committee.arrives = ({ from, to, sent }) => {
      if (from !== 3 || to !== 0 || messageOf(sent)?.kind !== 'block') return true
      slow.push({ bytes: sent.bytes, dueMs: node.nowMs + CATCH_UP_TIMEOUT_MS - 1 })
      return false
    }
    const startMs = committee.node(1).nowMs
    node.nowMs = startMs
    committee.nodes[0] = node
    committee.restart(0, 'nothing')
    const { height } = committee.node(1)
    committee.until(() => {
      const due = slow.filter(({ dueMs }) => dueMs <= node.nowMs)
      slow = slow.filter(({ dueMs }) => dueMs > node.nowMs)
      for (const { bytes } of due) node.input({ kind: 'frame', from: 3, bytes })
      return node.height >= height
    })
    assert.ok(node.nowMs - startMs <= CATCH_UP_TIMEOUT_MS, `${node.nowMs - startMs} ms`)
  })

  it('survives the loss of all its peers', () => {
    let delivered = 0
    committee.arrives = ({ to, sent }) => {
      if (to === 0 && messageOf(sent)?.kind === 'block') delivered++
      return to !== 0 || delivered < 100
    }
    const node = newcomer()
    committee.settle()
    assert.ok(node.height > 50 && node.height < 100, `${node.height}`)
    for (const member of [1, 2, 3]) {
      committee.input(0, { kind: 'peer', member, connected: false })
      committee.input(member, { kind: 'peer', member: 0, connected: false })
    }
    for (let i = 0; i < 3; i++) timeOut(node)
    committee.arrives = () => true
    const beforeMs = node.nowMs
    committee.connect(0)
    const { height } = committee.node(1)
    committee.until(() => node.height >= height)
    assert.equal(node.nowMs, beforeMs)
  })
})
