import assert from 'node:assert/strict'
import fc from 'fast-check'
import { EventQueue } from '../../simulations/clock/event-queue.ts'

describe('virtual time', () => {
  it('runs events in the order of their moment, then of their creation', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (delays) => {
        const queue = new EventQueue()
        const ran: [number, number][] = []
        for (const [i, ms] of delays.entries()) queue.after(ms, () => ran.push([ms, i]))
        while (queue.runNext());
        const expected = delays
          .map((ms, i) => [ms, i] as [number, number])
          .sort((a, b) => a[0] - b[0] || a[1] - b[1])
        assert.deepEqual(ran, expected)
      }),
    )
  })

  it('jumps over idle time and stands still when nothing is left', () => {
    const queue = new EventQueue()
    queue.after(3_600_000, () => queue.after(5, () => undefined))
    assert.ok(queue.runNext())
    assert.equal(queue.nowMs, 3_600_000)
    assert.ok(queue.runNext())
    assert.equal(queue.nowMs, 3_600_005)
    assert.equal(queue.runNext(), false)
  })
})
