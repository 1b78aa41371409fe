import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fromHex } from '../../../protocol/bytes.ts'
import { didOf, keyOfDid } from '../../../protocol/records/did-key.ts'
import { isRejection } from '../../../protocol/rejection.ts'

describe('did:key', () => {
  it('is the multibase, multicodec form of the did:key method', () => {
    const key = fromHex('3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29')
    assert.equal(
      didOf(key as Uint8Array),
      'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
    )
  })

  it('gives back every key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        assert.deepEqual(keyOfDid(didOf(key)), key)
      }),
    )
  })

  it('has one spelling for each key', () => {
    const did = didOf(new Uint8Array(32).fill(7))
    fc.assert(
      fc.property(
        fc.nat(did.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, digit) => {
          const changed = did.slice(0, at) + digit + did.slice(at + 1)
          const key = keyOfDid(changed)
          if (!isRejection(key)) assert.equal(didOf(key), changed)
        },
      ),
    )
  })

  const x25519 = 'did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc'
  for (const did of [
    '',
    'did:key:z',
    'did:web:example.com',
    x25519,
    `${didOf(new Uint8Array(32))}1`,
  ]) {
    it(`refuses ${did || 'nothing'} as bad-key`, () => {
      const key = keyOfDid(did)
      assert.equal(isRejection(key) && key.rejected, 'bad-key')
    })
  }
})
