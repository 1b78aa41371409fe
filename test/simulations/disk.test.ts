import assert from 'node:assert/strict'
import { ZERO_DIGEST } from '../../protocol/digest.ts'
import type { Guard } from '../../protocol/ports.ts'
import { EventQueue } from '../../simulations/clock/event-queue.ts'
import { Disk } from '../../simulations/disk.ts'
import { Random } from '../../simulations/random.ts'

const GUARD: Guard = { height: 1, view: 0, prePrepare: null, prepare: ZERO_DIGEST, commit: null }
const bytes = (value: number) => Uint8Array.of(value)

function disk(name = 'disk', disorderly = false): { queue: EventQueue; disk: Disk } {
  const queue = new EventQueue()
  return { queue, disk: new Disk(queue, new Random(name), { syncMeanMs: 5, disorderly }) }
}

describe('the disk of an invented node', () => {
  it('keeps what was synced through a crash', () => {
    const { queue, disk: tested } = disk()
    let synced = false
    tested.append(bytes(1))
    tested.persist(GUARD, () => (synced = true))
    while (queue.runNext());
    assert.ok(synced)
    tested.crash()
    assert.deepEqual(tested.recover(), { log: [bytes(1)], guard: GUARD })
  })

  it('loses or keeps a prefix of what was not synced, never more', () => {
    const kept = new Set<number>()
    for (let i = 0; i < 40; i++) {
      const { disk: tested } = disk(`crash ${i}`)
      for (let value = 0; value < 3; value++) tested.append(bytes(value))
      tested.crash()
      const { log } = tested.recover()
      assert.deepEqual(log, [0, 1, 2].slice(0, log.length).map(bytes))
      kept.add(log.length)
    }
    assert.ok(kept.size > 1)
  })

  for (const disorderly of [false, true]) {
    const may = disorderly ? 'may leave' : 'never leaves'
    it(`${may} the guard without its log when it ${disorderly ? 'breaks' : 'keeps'} its promises`, () => {
      let alone = 0
      for (let i = 0; i < 60; i++) {
        const { disk: tested } = disk(`tear ${i}`, disorderly)
        tested.append(bytes(1))
        tested.persist(GUARD, () => undefined)
        tested.crash()
        const { log, guard } = tested.recover()
        if (guard !== null && log.length === 0) alone++
      }
      assert.equal(alone > 0, disorderly)
    })
  }

  it('tells nobody of a write that a crash overtook', () => {
    const { queue, disk: tested } = disk()
    tested.persist(GUARD, () => assert.fail('the process that waited for this is dead'))
    tested.crash()
    while (queue.runNext());
  })

  it('commits a batch whole or not at all, and then drops the log of its height', () => {
    const outcomes = new Set<number>()
    for (let i = 0; i < 40; i++) {
      const { disk: tested } = disk(`commit ${i}`)
      tested.append(bytes(9))
      tested.commit(
        1,
        [
          { key: 'a', value: bytes(1) },
          { key: 'b', value: bytes(2) },
        ],
        () => undefined,
      )
      tested.crash()
      const applied = [tested.get('a'), tested.get('b')].filter(
        (value) => value !== undefined,
      ).length
      assert.ok(applied === 0 || applied === 2, `${applied} of 2 writes`)
      if (applied === 2) assert.deepEqual(tested.recover().log, [])
      outcomes.add(applied)
    }
    assert.equal(outcomes.size, 2)
  })
})
