import assert from 'node:assert/strict'
import { digestOf } from '../../../../protocol/digest.ts'
import { isSignedElsewhere } from '../../../../protocol/replica/durability/foreign-use.ts'

describe('a key that signs elsewhere (W10)', () => {
  const SELF = 2
  const nothing = { prePrepare: null, prepare: null, commit: null }
  const guardAt = (height: number, view: number) => ({ height, view, ...nothing })
  const proof = (height: number, view: number, signers: readonly number[] = [0, 1, SELF]) => ({
    height,
    view,
    signers,
    block: digestOf(),
    signatures: signers.map(() => new Uint8Array(64)),
  })

  it('is told by a block beyond the guard, of another height or view', () => {
    assert.equal(isSignedElsewhere(proof(8, 0), SELF, guardAt(7, 3)), true)
    assert.equal(isSignedElsewhere(proof(7, 4), SELF, guardAt(7, 3)), true)
  })

  it('is not told by what the guard knows of', () => {
    for (const [height, view] of [
      [7, 3],
      [7, 2],
      [6, 9],
    ] as const) {
      assert.equal(isSignedElsewhere(proof(height, view), SELF, guardAt(7, 3)), false)
    }
  })

  it('is not told by what others signed', () => {
    assert.equal(isSignedElsewhere(proof(9, 0, [0, 1, 3]), SELF, guardAt(7, 3)), false)
  })
})
