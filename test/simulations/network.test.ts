import assert from 'node:assert/strict'
import { EventQueue } from '../../simulations/clock/event-queue.ts'
import { type LinkQuality, Network, PERFECT_LINKS } from '../../simulations/network.ts'
import { Random } from '../../simulations/random.ts'

interface Place {
  readonly received: number[]
  readonly heard: string[]
}

function network(quality: Partial<LinkQuality> = {}): {
  queue: EventQueue
  net: Network
  places: Place[]
  join: (place: number) => void
} {
  const queue = new EventQueue()
  const net = new Network(queue, new Random('network'), 3, { ...PERFECT_LINKS, ...quality })
  const places: Place[] = [0, 1, 2].map(() => ({ received: [], heard: [] }))
  const join = (place: number) =>
    net.join(place, {
      receive: ({ bytes }) => places[place]?.received.push(bytes[0] ?? -1),
      connection: (peer, up) => places[place]?.heard.push(`${peer} ${up ? 'up' : 'down'}`),
    })
  return { queue, net, places, join }
}

function drain(queue: EventQueue): void {
  while (queue.runNext());
}

function sendMany(net: Network, count: number): void {
  for (let i = 0; i < count; i++)
    net.send({ from: 0, to: 1, channel: 'direct', bytes: Uint8Array.of(i) })
}

describe('the network of an invented world', () => {
  it('connects the living, in order and without loss when links are perfect', () => {
    const { queue, net, places, join } = network()
    join(0)
    join(1)
    drain(queue)
    assert.ok(net.connected(0, 1) && !net.connected(0, 2))
    sendMany(net, 20)
    drain(queue)
    assert.deepEqual(
      places[1]?.received,
      Array.from({ length: 20 }, (_, i) => i),
    )
  })

  it('loses, doubles and reorders as it is told to', () => {
    const { queue, net, places, join } = network({
      loss: 0.2,
      duplicate: 0.2,
      reorder: 0.5,
      delayMeanMs: 50,
    })
    join(0)
    join(1)
    drain(queue)
    sendMany(net, 200)
    drain(queue)
    const received = places[1]?.received ?? []
    const distinct = new Set(received)
    assert.ok(distinct.size < 200, 'some are lost')
    assert.ok(received.length > distinct.size, 'some come twice')
    assert.notDeepEqual(
      received,
      received.toSorted((a, b) => a - b),
    )
  })

  it('drops what is under way when an end dies, and tells the other end', () => {
    const { queue, net, places, join } = network()
    join(0)
    join(1)
    drain(queue)
    sendMany(net, 5)
    net.leave(1)
    drain(queue)
    assert.deepEqual(places[1]?.received, [])
    assert.deepEqual(places[0]?.heard, ['1 up', '1 down'])
    join(1)
    drain(queue)
    assert.deepEqual(places[0]?.heard, ['1 up', '1 down', '1 up'])
  })

  it('cuts one direction only', () => {
    const { queue, net, places, join } = network()
    join(0)
    join(1)
    drain(queue)
    net.cut(0, 1)
    sendMany(net, 3)
    net.send({ from: 1, to: 0, channel: 'direct', bytes: Uint8Array.of(7) })
    for (let i = 0; i < 4; i++) queue.runNext()
    assert.deepEqual([places[0]?.received, places[1]?.received], [[7], []])
    net.mend(0, 1)
    drain(queue)
    sendMany(net, 1)
    drain(queue)
    assert.deepEqual(places[1]?.received, [0])
  })

  it('holds a clogged link back and loses nothing', () => {
    const { queue, net, places, join } = network()
    join(0)
    join(1)
    drain(queue)
    net.clog(0, 1, 10_000)
    sendMany(net, 3)
    drain(queue)
    assert.deepEqual(places[1]?.received, [0, 1, 2])
    assert.ok(queue.nowMs >= 10_000)
  })
})
