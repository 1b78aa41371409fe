import assert from 'node:assert/strict'
import { SignatureQueue } from '../../../daemon/driver/signature-queue.ts'
import { VERIFY_SLICE_CHECKS } from '../../../protocol/limits.ts'
import type { SignatureCheck } from '../../../protocol/ports.ts'

/** Of an invented signature: the first byte of the message says whether it is good. */
function check(good: boolean): SignatureCheck {
  return {
    key: new Uint8Array(32),
    message: Uint8Array.of(good ? 1 : 0),
    signature: new Uint8Array(64),
  }
}

function checks(count: number, bad = -1): SignatureCheck[] {
  return Array.from({ length: count }, (_, index) => check(index !== bad))
}

describe('the signature queue', () => {
  let done: [number, readonly boolean[]][]
  let verified: number
  let queue: SignatureQueue

  beforeEach(() => {
    done = []
    verified = 0
    const verify = ({ message }: SignatureCheck) => {
      verified++
      return message[0] === 1
    }
    queue = new SignatureQueue(verify, (job, results) => done.push([job, results]))
  })

  it('gives one result for each check, in order', () => {
    queue.add(1, checks(3, 1))
    assert.equal(queue.runSmall(), true)
    assert.deepEqual(done, [[1, [true, false, true]]])
    assert.equal(queue.idle, true)
    assert.equal(queue.runSmall(), false)
  })

  it('cuts a large job into slices, and answers it once', () => {
    const count = 3 * VERIFY_SLICE_CHECKS + 1
    queue.add(1, checks(count, count - 1))
    for (let slice = 1; slice <= 3; slice++) {
      queue.runLarge()
      assert.equal(verified, slice * VERIFY_SLICE_CHECKS)
      assert.deepEqual(done, [])
    }
    queue.runLarge()
    assert.equal(done.length, 1)
    assert.equal(done[0]?.[1].filter((result) => !result).length, 1)
    assert.equal(queue.waiting, 0)
  })

  it('lets small jobs overtake, and large ones still get their share', () => {
    queue.add(1, checks(VERIFY_SLICE_CHECKS + 1))
    for (let job = 2; job < 100; job++) queue.add(job, checks(1))
    queue.runSmall()
    assert.equal(done[0]?.[0], 2)
    assert.ok(done.length > 1 && done.length < 98)
    const before = verified
    queue.runLarge()
    const share = verified - before
    assert.ok(share > 0 && share < VERIFY_SLICE_CHECKS)
  })

  it('lets what is not urgent wait for all that is, however small it is', () => {
    queue.add(1, checks(1), false)
    queue.add(2, checks(VERIFY_SLICE_CHECKS + 1))
    queue.add(3, checks(1))
    while (queue.runSmall() || queue.runLarge());
    assert.deepEqual(
      done.map(([job]) => job),
      [3, 2, 1],
    )
    assert.equal(queue.idle, true)
  })

  it('answers a job without checks', () => {
    queue.add(1, [])
    queue.runSmall()
    assert.deepEqual(done, [[1, []]])
  })

  it('forgets everything when it is cleared', () => {
    queue.add(1, checks(5))
    queue.add(2, checks(500))
    queue.add(3, checks(5), false)
    queue.clear()
    assert.equal(queue.waiting, 0)
    assert.equal(queue.runSmall() || queue.runLarge(), false)
    assert.deepEqual(done, [])
  })
})
