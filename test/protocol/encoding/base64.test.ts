import assert from 'node:assert/strict'
import fc from 'fast-check'
import { base64Decode, base64Encode } from '../../../protocol/encoding/base64.ts'

describe('base64', () => {
  it('agrees with the platform both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        assert.equal(base64Encode(bytes), text)
        assert.deepEqual(base64Decode(text), bytes)
      }),
    )
  })

  for (const text of [
    'AA',
    'AA=',
    'A',
    'AB==',
    'AAB=',
    '_-8=',
    'AA==\n',
    ' AA==',
    'AA==AA==',
    '=',
    'é',
  ]) {
    it(`has no other spelling: ${JSON.stringify(text)} gives undefined`, () => {
      assert.equal(base64Decode(text), undefined)
    })
  }
})
