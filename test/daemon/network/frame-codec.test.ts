import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeFrame, FrameDecoder } from '../../../daemon/network/frame-codec.ts'
import { ReadBudget } from '../../../daemon/network/inbound-streams.ts'
import { OutboundQueue } from '../../../daemon/network/outbound-queue.ts'
import { concatBytes } from '../../../protocol/bytes.ts'
import {
  FRAME_BYTES_MAX,
  FRAMES_BURST_BYTES,
  FRAMES_BYTES_PER_SECOND,
  MEMBER_QUEUE_BYTES_MAX,
} from '../../../protocol/limits.ts'

describe('the frame decoder', () => {
  it('finds the frames again, however the bytes were cut', () => {
    const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 })
    const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 })
    fc.assert(
      fc.property(frames, cuts, (sent, sizes) => {
        const bytes = concatBytes(...sent.map(encodeFrame))
        const found: Uint8Array[] = []
        const decoder = new FrameDecoder((frame) => found.push(frame))
        for (let offset = 0, i = 0; offset < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          assert.equal(decoder.push(bytes.subarray(offset, offset + size)), undefined)
          offset += size
        }
        assert.deepEqual(found, sent)
      }),
    )
  })

  it('gives frames that do not change with the bytes they came in', () => {
    const bytes = encodeFrame(Uint8Array.of(1, 2))
    const found: Uint8Array[] = []
    new FrameDecoder((frame) => found.push(frame)).push(bytes)
    bytes.fill(0)
    assert.deepEqual(found, [Uint8Array.of(1, 2)])
  })

  it('takes a frame of the greatest length and refuses a longer and an empty one', () => {
    const rejected = (length: number) => {
      const word = new Uint8Array(4)
      new DataView(word.buffer).setUint32(0, length)
      return new FrameDecoder(() => assert.fail('nothing was complete')).push(word)?.rejected
    }
    assert.equal(rejected(FRAME_BYTES_MAX), undefined)
    assert.equal(rejected(FRAME_BYTES_MAX + 1), 'too-large')
    assert.equal(rejected(0xffffffff), 'too-large')
    assert.equal(rejected(0), 'malformed')
  })
})

describe('the outbound queue', () => {
  it('gives back what was pushed, in order', () => {
    const queue = new OutboundQueue()
    for (let i = 0; i < 5_000; i++) {
      queue.push(Uint8Array.of(i % 256))
      if (i % 3 === 0) queue.shift()
    }
    const left = queue.length
    assert.equal(queue.shift()?.[0], (5_000 - left) % 256)
    assert.equal(queue.clear(), left - 1)
    assert.equal(queue.shift(), undefined)
  })

  it('lets the oldest go when it is full', () => {
    const queue = new OutboundQueue()
    const frame = (i: number) => new Uint8Array(1_000_000).fill(i)
    const room = Math.floor(MEMBER_QUEUE_BYTES_MAX / 1_000_064)
    const dropped = Array.from({ length: room + 3 }, (_, i) => queue.push(frame(i)))
    assert.deepEqual(dropped.slice(room), [1, 1, 1])
    assert.equal(queue.length, room)
    assert.equal(queue.shift()?.[0], 3)
  })
})

describe('the reading budget', () => {
  it('pauses for as long as what was overdrawn takes to come back', () => {
    const budget = new ReadBudget(0)
    budget.spend(FRAMES_BURST_BYTES)
    assert.equal(budget.waitMs(0), 0)
    budget.spend(FRAMES_BYTES_PER_SECOND)
    assert.equal(budget.waitMs(0), 1_000)
    assert.equal(budget.waitMs(400), 600)
    assert.equal(budget.waitMs(1_000), 0)
  })

  it('never holds more than one burst', () => {
    const budget = new ReadBudget(0)
    assert.equal(budget.waitMs(3_600_000), 0)
    budget.spend(FRAMES_BURST_BYTES + FRAMES_BYTES_PER_SECOND)
    assert.equal(budget.waitMs(3_600_000), 1_000)
  })
})
