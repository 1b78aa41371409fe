import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isRejection } from '../../../protocol/rejection.ts'
import {
  ARTEFACT_MACHINE,
  type ArtefactStateName,
  type ArtefactTransition,
  advance,
  type StateMachine,
} from '../../../protocol/rules/artefact-machine.ts'

const attempt = {
  current: 'registered',
  owner: 'a',
  actor: 'a',
  evidence: { reason: 'x' },
} as const

function codeOf(result: string | object) {
  return isRejection(result) ? result.rejected : result
}

describe('the state machine of artefacts', () => {
  it('retires what is registered', () => {
    assert.equal(advance(ARTEFACT_MACHINE, 'retire', attempt), 'retired')
  })

  it('has no way out of retired (T-P5)', () => {
    const again = { ...attempt, current: 'retired' } as const
    assert.equal(codeOf(advance(ARTEFACT_MACHINE, 'retire', again)), 'illegal-transition')
  })

  it('obeys the owner alone (T-P6)', () => {
    assert.equal(
      codeOf(advance(ARTEFACT_MACHINE, 'retire', { ...attempt, actor: 'b' })),
      'not-allowed',
    )
  })

  it('asks for the evidence that a transition declares', () => {
    for (const evidence of [{}, { reason: '' }, { cause: 'x' }]) {
      const result = advance(ARTEFACT_MACHINE, 'retire', { ...attempt, evidence })
      assert.equal(codeOf(result), 'schema-violation')
    }
  })

  it('declares only transitions between declared states', () => {
    const { initial, states, transitions } = ARTEFACT_MACHINE
    assert.ok(states.includes(initial))
    for (const { from, to } of Object.values(transitions)) {
      for (const state of [...from, to]) assert.ok(states.includes(state))
    }
  })

  it('never leaves its declared states, whoever tries what', () => {
    const names = Object.keys(ARTEFACT_MACHINE.transitions) as ArtefactTransition[]
    const tries = fc.record({
      name: fc.constantFrom(...names),
      actor: fc.constantFrom('a', 'b'),
      evidence: fc.dictionary(fc.constantFrom('reason', 'other'), fc.string()),
    })
    fc.assert(
      fc.property(fc.array(tries, { maxLength: 10 }), (all) => {
        let current: ArtefactStateName = ARTEFACT_MACHINE.initial
        for (const { name, actor, evidence } of all) {
          const next = advance(ARTEFACT_MACHINE, name, { current, owner: 'a', actor, evidence })
          if (isRejection(next)) continue
          assert.ok(ARTEFACT_MACHINE.transitions[name].from.includes(current))
          assert.equal(actor, 'a')
          current = next
        }
        assert.ok(ARTEFACT_MACHINE.states.includes(current))
      }),
    )
  })

  it('is data: another machine runs by the same function', () => {
    const door: StateMachine<'open' | 'shut', 'shut' | 'open'> = {
      initial: 'open',
      states: ['open', 'shut'],
      transitions: {
        shut: { from: ['open'], to: 'shut', by: 'owner', evidence: [] },
        open: { from: ['shut'], to: 'open', by: 'owner', evidence: ['key'] },
      },
    }
    const at = { current: 'shut', owner: 'a', actor: 'a' } as const
    assert.equal(advance(door, 'open', { ...at, evidence: { key: 'k' } }), 'open')
    assert.equal(codeOf(advance(door, 'open', { ...at, evidence: {} })), 'schema-violation')
    assert.equal(codeOf(advance(door, 'shut', { ...at, evidence: {} })), 'illegal-transition')
  })
})
