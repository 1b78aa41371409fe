import assert from 'node:assert/strict'
import { isRejection } from '../../../protocol/rejection.ts'
import {
  checkKeyAt,
  decodeKeyHistory,
  encodeKeyHistory,
  isKeyValidAt,
  type KeyHistory,
  readKeyHistory,
} from '../../../protocol/rules/key-history.ts'

const history: KeyHistory = {
  organisation: 'org01',
  class: 'person',
  name: 'ada',
  intervals: [{ from: 3, to: 5 }, { from: 8 }],
}

describe('key history', () => {
  it('counts from the first height of an interval up to, not including, its last', () => {
    const heights = Array.from({ length: 10 }, (_, height) => height)
    assert.deepEqual(
      heights.filter((height) => isKeyValidAt(history, height)),
      [3, 4, 8, 9],
    )
  })

  it('tells a key that does not count yet from one that no longer does', () => {
    const codeAt = (height: number) => checkKeyAt(history, height)?.rejected
    assert.deepEqual([2, 3, 6, 8].map(codeAt), [
      'unknown-author',
      undefined,
      'not-allowed',
      undefined,
    ])
  })

  it('never counts without an interval', () => {
    assert.ok(isRejection(checkKeyAt({ ...history, intervals: [] }, 1)))
  })

  it('reads back from the state, under the did of the key', () => {
    const state = {
      get: (key: string) => (key === 'key/did:x' ? encodeKeyHistory(history) : undefined),
    }
    assert.deepEqual(readKeyHistory(state, 'did:x'), history)
    assert.equal(readKeyHistory(state, 'did:y'), undefined)
    assert.deepEqual(decodeKeyHistory(encodeKeyHistory(history)), history)
  })
})
