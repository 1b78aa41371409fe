import assert from 'node:assert/strict'
import { FRAME_BYTES_MAX } from '../../../protocol/limits.ts'
import { startNetwork, stopAll, until } from './test-network.ts'

function numbered(count: number, bytes = 200): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const frame = new Uint8Array(bytes).fill(i % 251)
    new DataView(frame.buffer).setUint32(0, i)
    return frame
  })
}

describe('direct streams', () => {
  afterEach(stopAll)

  it('carry frames both ways, whole and in order', async () => {
    const [a, b] = await startNetwork(2)
    assert.ok(a && b)
    const sent = numbered(500)
    for (const frame of sent) {
      a.network.send(1, frame)
      b.network.send(0, frame)
    }
    await until(() => a.frames.length === sent.length && b.frames.length === sent.length)
    for (const [i, frame] of sent.entries()) {
      assert.deepEqual(a.frames[i], { from: 1, bytes: frame })
      assert.deepEqual(b.frames[i], { from: 0, bytes: frame })
    }
  })

  it('carry a frame of a mebibyte, the largest one, and what follows', async () => {
    const [a, b] = await startNetwork(2)
    assert.ok(a && b)
    const sent = [1_048_576, FRAME_BYTES_MAX, 1].map((length) => new Uint8Array(length).fill(7))
    for (const frame of sent) a.network.send(1, frame)
    await until(() => b.frames.length === sent.length)
    assert.deepEqual(
      b.frames.map(({ bytes }) => bytes.length),
      sent.map(({ length }) => length),
    )
    assert.ok(b.frames.every(({ bytes }) => bytes.every((byte) => byte === 7)))
  })

  it('bring a broadcast to every other member, and not back', async () => {
    const members = await startNetwork(4)
    members[2]?.network.broadcast(Uint8Array.of(1, 2, 3))
    await until(() => members.every(({ frames, index }) => index === 2 || frames.length === 1))
    assert.equal(members[2]?.frames.length, 0)
    for (const { frames, index } of members) {
      if (index !== 2) assert.deepEqual(frames, [{ from: 2, bytes: Uint8Array.of(1, 2, 3) }])
    }
  })

  it('refuse to send what is longer than a frame may be', async () => {
    const [a] = await startNetwork(2)
    assert.throws(() => a?.network.send(1, new Uint8Array(FRAME_BYTES_MAX + 1)), /limit/)
    assert.throws(() => a?.network.broadcast(new Uint8Array(0)), /content/)
  })

  for (const [what, length] of [
    ['too long', FRAME_BYTES_MAX + 1],
    ['without content', 0],
  ] as const) {
    it(`close the one that announces a frame ${what}, and no other`, async () => {
      const [a, b, c] = await startNetwork(3)
      assert.ok(a && b && c)
      const protocol = a.host.getProtocols().find((id) => id.startsWith('/pedigree/'))
      const [connection] = a.host.getConnections(b.host.peerId)
      assert.ok(connection && protocol)
      const rogue = await connection.newStream(protocol)
      const announced = new Uint8Array(4)
      new DataView(announced.buffer).setUint32(0, length)
      rogue.send(announced)
      await until(() => rogue.status !== 'open')
      // The rogue stream had replaced the honest one, which the link opens again.
      await until(() => a.peers.at(-1) === '+1' && a.peers.includes('-1'))
      a.network.send(1, Uint8Array.of(9))
      c.network.send(1, Uint8Array.of(8))
      await until(() => b.frames.length === 2)
      assert.equal(connection.status, 'open')
      assert.ok(!b.peers.includes('-0') && !c.peers.some((change) => change.startsWith('-')))
    })
  }

  it('let the oldest frames go when a member does not read', async () => {
    const [a, b] = await startNetwork(2)
    assert.ok(a && b)
    for (const stream of b.host.getConnections(a.host.peerId).flatMap(({ streams }) => streams)) {
      if (stream.protocol.startsWith('/pedigree/') && stream.direction === 'inbound') stream.pause()
    }
    const count = 40
    for (const frame of numbered(count, 1_000_000)) {
      a.network.send(1, frame)
      await new Promise(setImmediate)
    }
    const dropped = a.dropped.get('org02') ?? 0
    assert.ok(dropped > 0 && dropped < count)
    assert.deepEqual(a.peers, ['+1'])
    for (const stream of b.host.getConnections(a.host.peerId).flatMap(({ streams }) => streams)) {
      if (stream.readStatus === 'paused') stream.resume()
    }
    await until(() => b.frames.length === count - dropped)
    const last = b.frames.at(-1)?.bytes
    assert.equal(last && new DataView(last.buffer).getUint32(0), count - 1)
  })

  it('carry a flood of small frames more slowly, but whole', async () => {
    const [a, b] = await startNetwork(2)
    assert.ok(a && b)
    const sent = numbered(40_000, 4)
    for (const frame of sent) a.network.send(1, frame)
    await until(() => b.frames.length === sent.length)
    assert.ok(b.frames.every(({ bytes }, i) => Buffer.compare(bytes, sent[i] ?? bytes) === 0))
    assert.equal(a.dropped.size, 0)
  })
})
