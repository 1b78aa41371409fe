import assert from 'node:assert/strict'
import { finding, judge } from '../../simulations/attacks/attack.ts'
import { ATTACKS } from '../../simulations/attacks/table.ts'

describe('insider attacks in a simulated network', () => {
  for (const { id, attacker, action, expected, run } of ATTACKS) {
    if (run === undefined) continue
    it(`${id}: ${attacker} ${action}; ${expected}`, () => {
      const { held, observed } = run()
      assert.ok(held, observed)
    })
  }

  it('have each its own number, and are told in words', () => {
    assert.equal(new Set(ATTACKS.map(({ id }) => id)).size, ATTACKS.length)
    for (const { attacker, action, expected } of ATTACKS) {
      assert.ok(attacker.length > 0 && action.length > 0 && expected.length > 0)
    }
  })

  it('count as won as soon as one thing is not as expected', () => {
    assert.equal(judge([finding(true, 'a'), finding(true, 'b')]).held, true)
    const lost = judge([finding(true, 'a'), finding(false, 'b')])
    assert.deepEqual(lost, { held: false, observed: 'NOT so: b' })
  })
})
