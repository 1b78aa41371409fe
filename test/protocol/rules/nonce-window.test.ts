import assert from 'node:assert/strict'
import fc from 'fast-check'
import { NONCE_WINDOW } from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import {
  decodeNonceWindow,
  encodeNonceWindow,
  FIRST_NONCE_WINDOW,
  type NonceWindow,
  useNonce,
} from '../../../protocol/rules/nonce-window.ts'

function codeOf(window: NonceWindow, nonce: number) {
  const result = useNonce(window, nonce)
  return isRejection(result) ? result.rejected : 'accepted'
}

/** The window after using nonces that are all good. */
function windowAfter(...nonces: readonly number[]): NonceWindow {
  return nonces.reduce((window, nonce) => {
    const next = useNonce(window, nonce)
    assert.ok(!isRejection(next), `nonce ${nonce} is good`)
    return next
  }, FIRST_NONCE_WINDOW)
}

/** The same rule in the most naive way: a set of all nonces ever used. */
class NaiveNonces {
  readonly #used = new Set<number>()
  #highest = 0

  use(nonce: number): string {
    if (nonce > this.#highest + NONCE_WINDOW) return 'nonce-out-of-window'
    if (nonce <= this.#highest - NONCE_WINDOW) return 'nonce-out-of-window'
    if (this.#used.has(nonce)) return 'nonce-used'
    this.#used.add(nonce)
    this.#highest = Math.max(this.#highest, nonce)
    return 'accepted'
  }
}

describe('nonce window', () => {
  it('takes 1 to 1,024 as the first nonce of an author', () => {
    assert.equal(codeOf(FIRST_NONCE_WINDOW, 1), 'accepted')
    assert.equal(codeOf(FIRST_NONCE_WINDOW, 1_024), 'accepted')
    assert.equal(codeOf(FIRST_NONCE_WINDOW, 1_025), 'nonce-out-of-window')
  })

  it('takes nonces in any order, each once', () => {
    const window = windowAfter(5, 3, 9, 4)
    for (const nonce of [5, 3, 9, 4]) assert.equal(codeOf(window, nonce), 'nonce-used')
    for (const nonce of [1, 2, 6, 8, 10]) assert.equal(codeOf(window, nonce), 'accepted')
  })

  it('lets go of what is 1,024 behind the highest', () => {
    const window = windowAfter(1_024, 2_000)
    assert.equal(codeOf(window, 976), 'nonce-out-of-window')
    assert.equal(codeOf(window, 977), 'accepted')
    assert.equal(codeOf(window, 1_024), 'nonce-used')
  })

  it('jumps ahead by 1,024 at most', () => {
    const window = windowAfter(7)
    assert.equal(codeOf(window, 7 + 1_024), 'accepted')
    assert.equal(codeOf(window, 7 + 1_025), 'nonce-out-of-window')
    assert.equal(codeOf(window, Number.MAX_SAFE_INTEGER), 'nonce-out-of-window')
  })

  it('answers as a set of all used nonces would', () => {
    const step = fc.oneof(fc.integer({ min: -1_100, max: 1_100 }), fc.integer({ min: -4, max: 4 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const naive = new NaiveNonces()
        let window = FIRST_NONCE_WINDOW
        for (const ahead of steps) {
          const nonce = Math.max(1, window.highest + ahead)
          const next = useNonce(window, nonce)
          assert.equal(isRejection(next) ? next.rejected : 'accepted', naive.use(nonce))
          if (!isRejection(next)) window = decodeNonceWindow(encodeNonceWindow(next))
        }
      }),
    )
  })

  it('stays small: 1,024 bits, however many nonces were used', () => {
    const window = windowAfter(...Array.from({ length: 3_000 }, (_, i) => i + 1))
    assert.equal(window.bits, 'f'.repeat(256))
    assert.equal(window.highest, 3_000)
  })

  it('is empty for an author who signed nothing', () => {
    assert.deepEqual(decodeNonceWindow(undefined), FIRST_NONCE_WINDOW)
  })
})
