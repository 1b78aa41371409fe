import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestOf } from '../../../protocol/digest.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { advance, transitionFrom } from '../../../protocol/rules/artefact-machine.ts'
import type { ArtefactState } from '../../../protocol/rules/artefact-state.ts'
import {
  type ArtefactType,
  artefactTypeOf,
  BUILT_IN_TYPES,
} from '../../../protocol/rules/artefact-types.ts'
import { checkDeclarations } from '../../../protocol/rules/declarations.ts'

const registered: ArtefactState = {
  type: 'model',
  owner: 'a',
  author: 'did:key:a',
  digest: digestOf(),
  state: 'registered',
  height: 1,
}

interface Try {
  readonly actor?: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
  readonly references?: Parameters<typeof advance>[1]['event']['references'] | undefined
}

const TYPES: readonly ArtefactType[] = Object.values(BUILT_IN_TYPES)
const MODEL = BUILT_IN_TYPES.model
const reference = { record: digestOf(Uint8Array.of(1)), digest: digestOf(Uint8Array.of(2)) }

/** The artefact afterwards, or the code of the refusal. */
function attempt(
  type: ArtefactType,
  artefact: ArtefactState,
  event: string,
  { actor = 'a', details = {}, references }: Try = {},
): ArtefactState | string {
  const given = { event, details, ...(references === undefined ? {} : { references }) }
  const result = advance(type, { artefact, actor, event: given })
  return isRejection(result) ? result.rejected : result
}

function stateAfter(...args: Parameters<typeof attempt>): string {
  const result = attempt(...args)
  return typeof result === 'string' ? result : result.state
}

const event = (name: string) => ({ event: name, details: {} })
const why = { details: { reason: 'x' } }

describe('the machine of artefacts', () => {
  it('retires what is in use, of every type', () => {
    for (const type of TYPES) assert.equal(stateAfter(type, registered, 'retired', why), 'retired')
  })

  it('has no way out of retired, for no event of no type (T-P5)', () => {
    for (const type of TYPES) {
      for (const { event } of type.transitions) {
        const gone = { ...registered, state: 'retired', offeredTo: 'a' }
        assert.equal(attempt(type, gone, event, why), 'illegal-transition')
      }
    }
  })

  it('obeys the owner alone where the declaration says so (T-P6)', () => {
    assert.equal(attempt(MODEL, registered, 'retired', { ...why, actor: 'b' }), 'not-allowed')
    const shared = { ...registered, contributors: ['b'] }
    assert.equal(attempt(MODEL, shared, 'retired', { ...why, actor: 'b' }), 'not-allowed')
    assert.equal(stateAfter(MODEL, shared, 'trained', { actor: 'b' }), 'trained')
    assert.equal(attempt(MODEL, shared, 'trained', { actor: 'c' }), 'not-allowed')
  })

  it('asks for what its record must tell', () => {
    for (const details of [{}, { reason: '' }, { cause: 'x' }]) {
      assert.equal(attempt(MODEL, registered, 'retired', { details }), 'schema-violation')
    }
  })

  it('takes no detail, role or event from what every object inherits', () => {
    const inherited: ArtefactType = {
      name: 'constructor',
      version: 1,
      initial: 'registered',
      states: ['registered'],
      transitions: [
        {
          event: 'tostring',
          from: ['registered'],
          by: 'member',
          details: ['constructor'],
          references: { valueof: { types: ['model'], optional: true } },
        },
      ],
    }
    assert.equal(artefactTypeOf('constructor'), undefined)
    assert.equal(artefactTypeOf('constructor', [inherited]), inherited)
    assert.equal(attempt(inherited, registered, 'tostring'), 'schema-violation')
    assert.equal(attempt(MODEL, registered, 'constructor'), 'illegal-transition')
    const said = { details: { constructor: 'said' } }
    assert.equal(stateAfter(inherited, registered, 'tostring', said), 'registered')
    const references = { constructor: reference }
    assert.equal(
      attempt(inherited, registered, 'tostring', { ...said, references }),
      'schema-violation',
    )
  })

  it('knows the roles that a transition declares, and no others', () => {
    const deployed = { ...registered, state: 'deployed' }
    assert.equal(attempt(MODEL, deployed, 'retrained'), 'schema-violation')
    const stranger = { references: { parent: reference } }
    assert.equal(attempt(MODEL, deployed, 'retrained', stranger), 'schema-violation')
    const successor = { references: { successor: reference } }
    assert.equal(stateAfter(MODEL, deployed, 'retrained', successor), 'deployed')
  })

  it('records who may look inside a model, and who may only use it (M87)', () => {
    const details = { who: 'Quality Lab, Ltd', access: 'white-box' }
    assert.equal(stateAfter(MODEL, registered, 'accessed', { details }), 'registered')
    const silent = { details: { who: 'Quality Lab, Ltd' } }
    assert.equal(attempt(MODEL, registered, 'accessed', silent), 'schema-violation')
  })

  it('tells an event that is illegal here from one that no state has', () => {
    const early = advance(MODEL, { artefact: registered, actor: 'a', event: event('deployed') })
    const never = advance(MODEL, { artefact: registered, actor: 'a', event: event('eaten') })
    assert.ok(isRejection(early) && isRejection(never))
    assert.match(
      early.detail,
      /it is registered, and can be deployed when it is evaluated or deployed/,
    )
    assert.match(never.detail, /no event of a model/)
  })

  it('leads a model through its life', () => {
    const life = [
      ['trained', {}],
      ['evaluated', { details: { metric: 'f1', value: 0.9 } }],
      ['deployed', { details: { place: 'edge' } }],
      ['monitored', { details: { metric: 'f1', value: 0.7 } }],
      ['alerted', { details: { metric: 'f1', value: 0.7, threshold: 0.8, bound: 'min' } }],
      ['evaluated', { details: { metric: 'f1', value: 0.8 } }],
      ['undeployed', { details: { reason: 'drift' } }],
      ['retired', { details: { reason: 'drift' } }],
    ] as const
    let model = registered
    const states = life.map(([name, given]) => {
      const next = attempt(MODEL, model, name, given)
      assert.ok(typeof next !== 'string', name)
      model = next
      return next.state
    })
    assert.deepEqual(states, [
      'trained',
      'evaluated',
      'deployed',
      'deployed',
      'deployed',
      'deployed',
      'evaluated',
      'retired',
    ])
  })
})

describe('the machine of artefacts: ownership', () => {
  const to = (name: string) => ({ details: { to: name } })
  const offered = { ...registered, offeredTo: 'b' }

  it('passes to whom it was offered, once, and ends what the former owner allowed', () => {
    const shared = attempt(MODEL, { ...registered, contributors: ['a2', 'c'] }, 'offered', to('b'))
    assert.ok(typeof shared !== 'string')
    assert.equal(shared.offeredTo, 'b')
    assert.equal(attempt(MODEL, shared, 'accepted', { actor: 'c' }), 'not-allowed')
    assert.equal(attempt(MODEL, shared, 'accepted', { actor: 'a' }), 'not-allowed')
    const taken = attempt(MODEL, shared, 'accepted', { actor: 'b' })
    assert.deepEqual(taken, { ...registered, owner: 'b' })
    assert.equal(attempt(MODEL, taken as ArtefactState, 'accepted', { actor: 'b' }), 'not-allowed')
    assert.equal(attempt(MODEL, taken as ArtefactState, 'retired', why), 'not-allowed')
  })

  it('stays when the offer is declined or withdrawn', () => {
    assert.deepEqual(attempt(MODEL, offered, 'declined', { actor: 'b' }), registered)
    assert.deepEqual(attempt(MODEL, offered, 'withdrawn'), registered)
    assert.equal(attempt(MODEL, offered, 'declined', { actor: 'a' }), 'not-allowed')
    assert.equal(attempt(MODEL, offered, 'withdrawn', { actor: 'b' }), 'not-allowed')
    assert.equal(attempt(MODEL, registered, 'withdrawn'), 'illegal-transition')
    assert.equal(attempt(MODEL, registered, 'declined'), 'not-allowed')
  })

  it('is offered to one at a time, and to another organisation', () => {
    assert.deepEqual(attempt(MODEL, offered, 'offered', to('c')), { ...offered, offeredTo: 'c' })
    assert.equal(attempt(MODEL, registered, 'offered', to('a')), 'illegal-transition')
    assert.equal(attempt(MODEL, registered, 'offered', { details: { to: 7 } }), 'schema-violation')
    assert.equal(
      attempt(MODEL, registered, 'offered', { details: { to: true } }),
      'schema-violation',
    )
  })

  it('invites and uninvites, in one order whoever came first', () => {
    const one = attempt(MODEL, registered, 'invited', to('c')) as ArtefactState
    const both = attempt(MODEL, one, 'invited', to('b')) as ArtefactState
    assert.deepEqual(both.contributors, ['b', 'c'])
    assert.deepEqual(attempt(MODEL, both, 'invited', to('c')), both)
    assert.deepEqual(attempt(MODEL, both, 'uninvited', to('b')), one)
    assert.deepEqual(attempt(MODEL, one, 'uninvited', to('c')), registered)
    assert.equal(attempt(MODEL, one, 'uninvited', to('b')), 'illegal-transition')
    assert.equal(attempt(MODEL, one, 'invited', { ...to('d'), actor: 'c' }), 'not-allowed')
  })
})

describe('the declared types', () => {
  it('are sound, each by itself and together', () => {
    const artefactTypes = TYPES.map((type) => ({ ...type, name: `my-${type.name}` }))
    assert.equal(checkDeclarations({ artefactTypes }), undefined)
  })

  it('never leave their declared states, whoever tries what', () => {
    const names = [...new Set(TYPES.flatMap(({ transitions }) => transitions.map((t) => t.event)))]
    const detail = fc.constantFrom(
      'reason',
      'to',
      'metric',
      'value',
      'place',
      'method',
      'threshold',
      'bound',
    )
    const value = fc.oneof(fc.constantFrom('a', 'b', 'c', '', 'min'), fc.integer(), fc.boolean())
    const tries = fc.record({
      name: fc.constantFrom(...names, 'constructor', 'tostring'),
      actor: fc.constantFrom('a', 'b', 'c'),
      details: fc.dictionary(detail, value),
      references: fc.option(
        fc.dictionary(fc.constantFrom('successor', 'pipeline', 'parent'), fc.constant(reference)),
        { nil: undefined },
      ),
    })
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.array(tries, { maxLength: 40 }), (type, all) => {
        let artefact = registered
        const history: typeof all = []
        for (const each of all) {
          const next = attempt(type, artefact, each.name, each)
          if (typeof next === 'string') continue
          const { from, to, by } = transitionFrom(type, artefact.state, each.name) ?? assert.fail()
          assert.ok(from.includes(artefact.state))
          assert.equal(next.state, to ?? artefact.state)
          if (by === 'owner') assert.equal(each.actor, artefact.owner)
          if (next.owner !== artefact.owner) assert.equal(artefact.offeredTo, each.actor)
          history.push(each)
          artefact = next
        }
        assert.ok(type.states.includes(artefact.state))
        const replayed = history.reduce(
          (at, each) => attempt(type, at, each.name, each) as ArtefactState,
          registered,
        )
        assert.deepEqual(replayed, artefact)
      }),
    )
  })
})
