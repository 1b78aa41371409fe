import assert from 'node:assert/strict'
import { Inbox } from '../../../daemon/driver/inbox.ts'
import { INBOX_BYTES_MAX, INBOX_INPUTS_MAX, INBOX_SHARE_MAX } from '../../../protocol/limits.ts'

describe('the inbox', () => {
  it('gives inputs back in order, over many of them', () => {
    const inbox = new Inbox()
    let next = 0
    for (let member = 0; member < 5_000; member++) {
      inbox.push({ kind: 'peer', member, connected: true })
      if (member % 3 !== 0) continue
      const input = inbox.shift()
      assert.ok(input?.kind === 'peer' && input.member === next++)
    }
    assert.equal(inbox.length, 5_000 - next)
    for (let input = inbox.shift(); input !== undefined; input = inbox.shift()) {
      assert.ok(input.kind === 'peer' && input.member === next++)
    }
    assert.equal(next, 5_000)
    assert.equal(inbox.length, 0)
  })

  it('is full of many inputs, or of few large ones, until they are taken', () => {
    const many = new Inbox()
    for (let index = 0; index < INBOX_INPUTS_MAX; index++) many.push({ kind: 'resume' })
    assert.equal(many.full, true)
    many.shift()
    assert.equal(many.full, false)
    const large = new Inbox()
    large.push({ kind: 'frame', from: 1, bytes: new Uint8Array(INBOX_BYTES_MAX) })
    assert.equal(large.full, true)
    large.shift()
    assert.equal(large.full, false)
  })

  it('has room for the others when one member floods it, and for that one when its frames are taken', () => {
    const sizes = [
      [1, INBOX_INPUTS_MAX * INBOX_SHARE_MAX],
      [(INBOX_BYTES_MAX * INBOX_SHARE_MAX) / 4, 4],
    ] as const
    for (const [bytes, frames] of sizes) {
      const inbox = new Inbox()
      const frame = { kind: 'frame', from: 3, bytes: new Uint8Array(bytes) } as const
      let taken = 0
      for (; inbox.hasRoomFor(3); taken++) inbox.push(frame)
      assert.equal(taken, frames)
      assert.equal(inbox.hasRoomFor(1), true)
      inbox.shift()
      assert.equal(inbox.hasRoomFor(3), true)
      inbox.push(frame)
      inbox.clear()
      assert.equal(inbox.hasRoomFor(3), true)
    }
  })
})
