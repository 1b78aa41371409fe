import assert from 'node:assert/strict'
import { contentId } from '../../../daemon/network/gossip-options.ts'
import { PendingVerdicts } from '../../../daemon/network/pending-verdicts.ts'
import {
  GOSSIP_BATCH_BYTES_MAX,
  GOSSIP_PENDING_MAX,
  GOSSIP_VERDICT_MS,
} from '../../../protocol/limits.ts'
import { messageId } from '../../../protocol/wire/gossip.ts'
import {
  gossipReady,
  loopbackGenesis,
  startMember,
  startNetwork,
  stopAll,
  type TestMember,
  until,
} from './test-network.ts'

const BATCH = new Uint8Array(5_000).fill(3)

/** Members 0 and 2 know each other only through member 1. */
async function startLine(verdict: 'accept' | 'ignore' | 'reject'): Promise<TestMember[]> {
  const genesis = await loopbackGenesis(3)
  const middle = await startMember(genesis, 1, { verdict })
  const ends = [await startMember(genesis, 0), await startMember(genesis, 2)]
  for (const { host } of ends) {
    // Whatever connection the ends make to each other is cut before it says anything.
    host.addEventListener('connection:open', ({ detail }) => {
      if (!detail.remotePeer.equals(middle.host.peerId)) detail.abort(new Error('cut'))
    })
    for (const connection of host.getConnections()) {
      if (!connection.remotePeer.equals(middle.host.peerId)) connection.abort(new Error('cut'))
    }
  }
  const subscribers = ({ host: { services } }: TestMember) =>
    services.gossip.getTopics().map((topic) => services.gossip.getSubscribers(topic).length)
  await until(() => subscribers(middle).join() === '2,2')
  await until(() => ends.every((end) => subscribers(end).join() === '1,1'))
  return [ends[0], middle, ends[1]] as TestMember[]
}

describe('gossip', () => {
  afterEach(stopAll)

  it('reaches every other member once, on its topic, and not its publisher', async () => {
    const members = await startNetwork(4, { verdict: 'accept' })
    await gossipReady(members)
    members[0]?.network.gossip('records', BATCH)
    members[1]?.network.gossip('blocks', Uint8Array.of(1))
    await until(() => members.every(({ gossip, index }) => gossip.length === (index < 2 ? 1 : 2)))
    for (const { index, gossip } of members) {
      const heard = gossip.map(({ topic, bytes }) => `${topic} ${bytes.length}`)
      const own = ['records 5000', 'blocks 1'][index]
      const expected = ['blocks 1', 'records 5000'].filter((text) => text !== own)
      assert.deepEqual(new Set(heard), new Set(expected))
    }
  })

  it('is passed on when it was accepted, naming who forwarded it', async () => {
    const [a, b, c] = await startLine('accept')
    assert.ok(a && b && c)
    a.network.gossip('records', BATCH)
    await until(() => c.gossip.length === 1)
    assert.equal(c.gossip[0]?.from, 1)
    assert.deepEqual(c.gossip[0]?.bytes, BATCH)
    assert.equal(b.gossip[0]?.from, 0)
  })

  for (const verdict of ['reject', 'ignore'] as const) {
    it(`is not passed on after the verdict ${verdict}`, async () => {
      const [a, b, c] = await startLine(verdict)
      assert.ok(a && b && c)
      a.network.gossip('records', BATCH)
      await until(() => b.gossip.length === 1)
      // What member 1 publishes after it goes the same way: had it passed the first on, it would be there.
      b.network.gossip('records', Uint8Array.of(1))
      await until(() => c.gossip.length > 0)
      assert.deepEqual(
        c.gossip.map(({ bytes }) => bytes.length),
        [1],
      )
    })
  }

  it('of a member that sent something false is not looked at, but its frames are', async () => {
    const [a, b] = await startNetwork(2, { verdict: 'reject' })
    assert.ok(a && b)
    await gossipReady([a, b])
    // Scores are looked at about once a second; until then its gossip still comes through.
    for (let sent = 1, unheard = 0; unheard < 3; sent++) {
      const before = b.gossip.length
      a.network.gossip('records', Uint8Array.of(sent >> 8, sent & 0xff))
      a.network.send(1, Uint8Array.of(1))
      await until(() => b.frames.length === sent)
      await new Promise((resolve) => setTimeout(resolve, 20))
      unheard = b.gossip.length > before ? 0 : unheard + 1
    }
    assert.ok(b.gossip.length > 0)
    assert.ok(![...a.peers, ...b.peers].some((change) => change.startsWith('-')))
  })

  it('that is too long for its topic is dropped unseen', async () => {
    const [a, b] = await startNetwork(2, { verdict: 'accept' })
    assert.ok(a && b)
    await gossipReady([a, b])
    a.network.gossip('records', new Uint8Array(GOSSIP_BATCH_BYTES_MAX))
    await until(() => b.gossip.length === 1)
    a.network.gossip('blocks', new Uint8Array(GOSSIP_BATCH_BYTES_MAX))
    a.network.gossip('records', new Uint8Array(GOSSIP_BATCH_BYTES_MAX + 1))
    a.network.send(1, Uint8Array.of(1))
    await until(() => b.frames.length === 1)
    assert.equal(b.gossip.length, 1)
  })

  it('starts again after its stream was reset', async () => {
    const [a, b] = await startNetwork(2, { verdict: 'accept' })
    assert.ok(a && b)
    await gossipReady([a, b])
    const streams = a.host.getConnections().flatMap((connection) => connection.streams)
    const outgoing = streams.filter(
      ({ protocol, direction }) => protocol.startsWith('/meshsub/') && direction === 'outbound',
    )
    assert.equal(outgoing.length, 1)
    for (const stream of outgoing) stream.abort(new Error('reset'))
    await until(() => b.host.services.gossip.getPeers().length === 0)
    await gossipReady([a, b])
    a.network.gossip('records', BATCH)
    b.network.gossip('records', Uint8Array.of(1))
    await until(() => a.gossip.length === 1 && b.gossip.length === 1)
    assert.ok(!a.peers.includes('-1'))
  })

  it('is counted by its verdict', async () => {
    const [a, b] = await startNetwork(2, { verdict: 'reject' })
    assert.ok(a && b)
    await gossipReady([a, b])
    a.network.gossip('records', BATCH)
    await until(() => b.verdicts.length === 1)
    assert.deepEqual(b.verdicts, ['records reject'])
  })

  it('is known by its content, as the protocol says', () => {
    assert.deepEqual(new Uint8Array(contentId(BATCH)), messageId(BATCH))
  })
})

const MESSAGE = { messageId: 'a', from: 0, bytes: 1, topic: 'records' } as const

describe('pending verdicts', () => {
  it('keep a share for each member', () => {
    const pending = new PendingVerdicts(() => 0)
    const add = (from: number, bytes = 1) => pending.add({ ...MESSAGE, from, bytes })
    const refs = Array.from({ length: GOSSIP_PENDING_MAX }, () => add(0))
    assert.equal(new Set(refs).size, GOSSIP_PENDING_MAX)
    assert.equal(add(0), undefined)
    assert.notEqual(add(1), undefined)
    assert.equal(pending.settle(refs[0] ?? 0)?.from, 0)
    assert.equal(pending.settle(refs[0] ?? 0), undefined)
    assert.notEqual(add(0), undefined)
    assert.equal(add(2, Number.MAX_SAFE_INTEGER), undefined)
  })

  it('time out, oldest first', () => {
    let nowMs = 0
    const pending = new PendingVerdicts(() => nowMs)
    const first = pending.add(MESSAGE)
    nowMs = 10
    pending.add({ ...MESSAGE, messageId: 'b' })
    nowMs = GOSSIP_VERDICT_MS
    assert.deepEqual(
      pending.timedOut().map((one) => one.messageId),
      ['a'],
    )
    assert.equal(pending.settle(first ?? 0), undefined)
    nowMs += 10
    assert.deepEqual(
      pending.timedOut().map((one) => one.messageId),
      ['b'],
    )
    assert.deepEqual(pending.timedOut(), [])
  })
})
