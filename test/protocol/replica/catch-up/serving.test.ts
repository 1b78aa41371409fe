import assert from 'node:assert/strict'
import type { Genesis } from '../../../../protocol/chain/genesis.ts'
import {
  CATCH_UP_RANGE_BYTES_MAX,
  SERVED_BLOCK_COST_BYTES,
  SERVED_BURST_BYTES,
} from '../../../../protocol/limits.ts'
import { testGenesis } from '../../../support/keys.ts'
import { signedModel, TEST_TIME_MS } from '../../../support/records.ts'
import { frame, tipAt } from '../chain-source.ts'
import { messageOf } from '../test-committee.ts'
import { TestNode } from '../test-node.ts'

describe('serving blocks', () => {
  const alone: Genesis = testGenesis(1).genesis
  let source: TestNode

  before(() => {
    source = new TestNode({ genesis: alone, hold: ['commit'] })
    source.start()
    const reason = 'x'.repeat(8_000)
    const datasets = Array.from({ length: 5 }, () => ({ kind: 'unknown', reason }) as const)
    for (let nonce = 1; nonce <= 96; nonce++) {
      source.submit(
        signedModel({ chain: alone.chain, nonce, name: `m${nonce}`, datasets }).envelope,
      )
    }
    while (source.held.length > 0) source.release()
  })

  function follower(): TestNode {
    const node = new TestNode({ genesis: alone, self: null })
    node.nowMs = TEST_TIME_MS
    node.start()
    node.input({ kind: 'peer', member: 0, connected: true })
    return node
  }

  it('says where it ends before the end of the range, because the blocks are large', () => {
    source.takeSent()
    frame(source, 1, { kind: 'get-blocks', from: 1, to: source.height })
    const sent = source.takeSent().map(messageOf)
    const bytes = sent.reduce(
      (sum, message) => sum + (message?.kind === 'block' ? message.body.length : 0),
      0,
    )
    assert.ok(bytes <= CATCH_UP_RANGE_BYTES_MAX)
    assert.deepEqual(sent.at(-1), { kind: 'no-block', height: sent.length })
    assert.ok(source.height > sent.length, `${source.height} blocks`)
  })

  it('brings a follower up without any time-out', () => {
    const node = follower()
    frame(node, 0, tipAt(source, source.height))
    source.takeSent()
    for (let rounds = 0; node.height < source.height; rounds++) {
      assert.ok(rounds < 20, `stands still at ${node.height}`)
      for (const { bytes } of node.takeSent()) source.input({ kind: 'frame', from: 1, bytes })
      for (const { bytes } of source.takeSent()) node.input({ kind: 'frame', from: 0, bytes })
    }
    assert.equal(node.nowMs, TEST_TIME_MS)
  })

  it('reads no more for one member than its quota', () => {
    source.nowMs += 60_000
    source.takeSent()
    for (let i = 0; i < 200; i++) frame(source, 2, { kind: 'get-blocks', from: 1, to: 4 })
    const bytes = source.takeSent().reduce((sum, sent) => sum + sent.bytes.length, 0)
    assert.ok(bytes > SERVED_BURST_BYTES / 2)
    assert.ok(bytes < SERVED_BURST_BYTES + 2 * CATCH_UP_RANGE_BYTES_MAX)
    frame(source, 3, { kind: 'get-blocks', from: 1, to: 1 })
    assert.equal(source.takeSent().length, 1)
  })

  it('looks for no more small or missing blocks than the quota, however little is sent', () => {
    source.nowMs += 60_000
    source.takeSent()
    const missing = source.height + 1
    const lookups = SERVED_BURST_BYTES / SERVED_BLOCK_COST_BYTES
    for (let i = 0; i < 2 * lookups; i++)
      frame(source, 3, { kind: 'get-blocks', from: missing, to: missing })
    assert.equal(source.takeSent().length, lookups)
  })
})
