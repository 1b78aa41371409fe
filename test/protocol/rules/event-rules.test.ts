import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestOf } from '../../../protocol/digest.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import type { ArtefactType } from '../../../protocol/rules/artefact-types.ts'
import { testGenesis, testOrganisation, testRoleKey } from '../../support/keys.ts'
import {
  type EventOptions,
  referenceTo,
  signedArtefact,
  signedDataset,
  signedEvent,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRetirement,
} from '../../support/records.ts'
import { declaring, World } from './world.ts'

const dataset = signedDataset({ nonce: 1, name: 'data' })
const model = signedModel({ nonce: 2, name: 'model' })
const pipeline = signedPipeline({ nonce: 3, name: 'pipeline' })
const [OWNER, OTHER, THIRD] = [0, 1, 2].map(testOrganisation) as [string, string, string]

function worldWithArtefacts(): World {
  const world = new World()
  world.must(dataset, model, pipeline)
  return world
}

/** Signs events one after another, each with a fresh nonce. */
function eventsOf(world: World, target: LedgerRecord) {
  let nonce = 10
  return (event: string, options: EventOptions = {}) =>
    world.apply(signedEvent(target, event, { nonce: nonce++, ...options }))
}

describe('rule book: events', () => {
  it('change the state, its height and the count of what was said, and nothing else of the artefact', () => {
    const world = worldWithArtefacts()
    const before = world.artefact(model)
    world.height = 5
    assert.equal(eventsOf(world, model)('trained'), 'accepted')
    assert.deepEqual(world.artefact(model), {
      ...before,
      state: 'trained',
      height: 5,
      said: 1,
    })
  })

  it('are those of the type of the artefact', () => {
    const world = worldWithArtefacts()
    assert.equal(eventsOf(world, dataset)('trained'), 'illegal-transition')
    const validated = { details: { method: 'by eye' } }
    assert.equal(eventsOf(world, dataset)('validated', validated), 'accepted')
    assert.equal(world.artefact(dataset).state, 'validated')
  })

  it('are refused with one code wherever they are illegal', () => {
    const happened = eventsOf(worldWithArtefacts(), model)
    assert.equal(happened('deployed', { details: { place: 'edge' } }), 'illegal-transition')
    assert.equal(happened('monitored', { org: 1 }), 'illegal-transition')
    assert.equal(happened('retired'), 'schema-violation')
    assert.equal(happened('retired', { org: 1 }), 'not-allowed')
    const stranger = signedModel({ nonce: 9, name: 'nowhere' })
    assert.equal(eventsOf(worldWithArtefacts(), stranger)('trained'), 'unknown-subject')
  })

  it('name artefacts on the ledger, by digest, of the types of their role', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    const evaluated = (references: EventOptions['references']) =>
      happened('evaluated', {
        details: { metric: 'f1', value: 0.9 },
        ...(references === undefined ? {} : { references }),
      })
    const reference = referenceTo(dataset)
    const digest = digestOf(Uint8Array.of(9))
    assert.equal(evaluated({ dataset: { ...reference, record: digest } }), 'edge-unknown')
    assert.equal(evaluated({ dataset: { ...reference, digest } }), 'edge-digest-mismatch')
    assert.equal(evaluated({ dataset: referenceTo(pipeline) }), 'edge-wrong-type')
    assert.equal(evaluated({ pipeline: referenceTo(pipeline) }), 'schema-violation')
    assert.equal(evaluated({ dataset: reference }), 'accepted')
    assert.equal(evaluated(undefined), 'accepted')
  })

  it('give the present state again when they are replayed', () => {
    const steps = fc.constantFrom(
      signedEvent(model, 'trained', { nonce: 20 }),
      signedEvent(model, 'evaluated', { nonce: 21, details: { metric: 'f1', value: 1 } }),
      signedEvent(model, 'deployed', { nonce: 22, details: { place: 'edge' } }),
      signedEvent(model, 'offered', { nonce: 23, details: { to: OTHER } }),
      signedEvent(model, 'accepted', { nonce: 24, org: 1 }),
      signedEvent(model, 'invited', { nonce: 25, details: { to: THIRD } }),
      signedEvent(model, 'monitored', { nonce: 26, org: 2, details: { metric: 'f1', value: 1 } }),
      signedRetirement(model, { nonce: 27, org: 1 }),
    )
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 20 }), (records) => {
        const [world, replay] = [worldWithArtefacts(), worldWithArtefacts()]
        replay.must(...records.filter((record) => world.apply(record) === 'accepted'))
        assert.deepEqual(replay.values, world.values)
      }),
      { numRuns: 50 },
    )
  })
})

describe('rule book: alerts', () => {
  const crossing = { metric: 'f1', value: 0.8, threshold: 0.9, bound: 'min' }
  const monitoring = { content: { thresholds: [{ field: 'f1', min: 0.9 }] } }

  function deployed() {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    assert.equal(happened('evaluated', { details: { metric: 'f1', value: 1 } }), 'accepted')
    assert.equal(happened('deployed', { details: { place: 'edge' } }), 'accepted')
    const alert = (change: Readonly<Record<string, string | number | boolean>>) =>
      happened('alerted', { details: { ...crossing, ...change } })
    return { world, alert }
  }

  it('are borne out by their own numbers (M35)', () => {
    const { alert } = deployed()
    for (const good of [{}, { bound: 'max', value: 1 }, { value: -1 }, { threshold: 1e9 }]) {
      assert.equal(alert(good), 'accepted', JSON.stringify(good))
    }
    for (const kept of [{ value: 0.9 }, { value: 1 }, { bound: 'max' }]) {
      assert.equal(alert(kept), 'schema-violation', JSON.stringify(kept))
    }
  })

  it('have numbers for numbers, and say which end was crossed', () => {
    const { alert } = deployed()
    for (const wrong of [
      { value: '0.8' },
      { value: false },
      { threshold: 'high' },
      { threshold: true },
      { bound: 'below' },
      { bound: 0 },
    ]) {
      assert.equal(alert(wrong), 'schema-violation', JSON.stringify(wrong))
    }
  })

  it('have no number that is written in two ways, or is none', () => {
    const { alert } = deployed()
    assert.equal(alert({ value: 5e-324 }), 'accepted')
    assert.equal(alert({ value: -0, threshold: 0 }), 'schema-violation', 'there is one zero')
    for (const none of [1e308, 2 ** 53, Number.NaN, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => alert({ value: none }), String(none))
      assert.throws(() => alert({ threshold: none }), String(none))
    }
  })

  it('name a phase monitoring of the same model, be it corrected since (M35)', () => {
    const { world, alert } = deployed()
    const sibling = signedModel({ nonce: 4, name: 'sibling' })
    const [own, training, others] = [
      signedPhase(model, 'monitoring', { nonce: 50, ...monitoring }),
      signedPhase(model, 'training', { nonce: 51, content: { hyperparameters: {} } }),
      signedPhase(sibling, 'monitoring', { nonce: 52, ...monitoring }),
    ]
    assert.equal(alert({ phase: own.id }), 'unknown-subject')
    world.must(sibling, own, training, others)
    assert.equal(alert({ phase: own.id }), 'accepted')
    assert.equal(alert({ phase: training.id }), 'edge-wrong-type')
    assert.equal(alert({ phase: others.id }), 'edge-wrong-type')
    for (const phase of [model.id, 'the second', 7])
      assert.equal(alert({ phase }), 'unknown-subject')
    world.must(signedPhase(model, 'monitoring', { nonce: 53, supersedes: own.id, ...monitoring }))
    assert.equal(alert({ phase: own.id }), 'accepted')
  })
})

describe('rule book: the threshold of an alert', () => {
  const crossing = { metric: 'f1', value: 0.8, threshold: 0.9, bound: 'min' }
  const thresholds = [
    { field: 'f1', min: 0.9, max: 0.99 },
    { field: 'latency', max: 20, unit: 'ms' },
    { field: 'latency', max: 30, unit: 'ms' },
  ]

  function monitored() {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    happened('evaluated', { details: { metric: 'f1', value: 1 } })
    happened('deployed', { details: { place: 'edge' } })
    const phase = signedPhase(model, 'monitoring', { nonce: 50, content: { thresholds } })
    const words = signedPhase(model, 'monitoring', { nonce: 51, decisions: ['later'] })
    world.must(phase, words)
    const alert = (change: Readonly<Record<string, string | number>>) =>
      happened('alerted', { details: { ...crossing, phase: phase.id, ...change } })
    return { world, phase, words, alert }
  }

  it('is one that the named record sets: of that metric, at that end (M35)', () => {
    const { alert } = monitored()
    const latency = { metric: 'latency', bound: 'max', value: 31 }
    const set = [{}, { bound: 'max', value: 1, threshold: 0.99 }]
    for (const good of [...set, { ...latency, threshold: 20 }, { ...latency, threshold: 30 }]) {
      assert.equal(alert(good), 'accepted', JSON.stringify(good))
    }
    const other = [{ threshold: 0.91 }, { metric: 'F1' }, { bound: 'max', value: 1 }]
    for (const bad of [...other, { metric: 'toString' }, { ...latency, threshold: 25 }]) {
      assert.equal(alert(bad), 'illegal-transition', JSON.stringify(bad))
    }
  })

  it('is none of a record that sets none, nor of what corrected the named one', () => {
    const { world, phase, words, alert } = monitored()
    assert.equal(alert({ phase: words.id }), 'illegal-transition')
    const content = { thresholds: [{ field: 'f1', min: 0.85 }] }
    const better = signedPhase(model, 'monitoring', { nonce: 52, supersedes: phase.id, content })
    world.must(better)
    assert.equal(alert({}), 'accepted')
    assert.equal(alert({ phase: better.id }), 'illegal-transition')
    assert.equal(alert({ phase: better.id, threshold: 0.85 }), 'accepted')
  })
})

describe('rule book: transfer', () => {
  it('passes an artefact to the organisation that accepts', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    assert.equal(happened('offered', { details: { to: OTHER } }), 'accepted')
    assert.equal(world.artefact(model).owner, OWNER)
    assert.equal(happened('accepted', { org: 2 }), 'not-allowed')
    assert.equal(happened('accepted', { org: 1 }), 'accepted')
    assert.equal(happened('accepted', { org: 1 }), 'not-allowed')
    assert.equal(world.artefact(model).owner, OTHER)
    assert.equal(world.artefact(model).offeredTo, undefined)
    assert.equal(happened('retired', { details: { reason: 'mine once' } }), 'not-allowed')
    assert.equal(happened('retired', { org: 1, details: { reason: 'mine now' } }), 'accepted')
  })

  it('is offered to a member of the network', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    for (const to of ['org99', 'constructor', '__proto__', ' ', `${OTHER} `]) {
      assert.equal(happened('offered', { details: { to } }), 'unknown-organisation', to)
    }
    assert.equal(happened('offered', { details: { to: OWNER } }), 'illegal-transition')
    assert.equal(world.artefact(model).offeredTo, undefined)
  })

  it('does not happen when it is declined, withdrawn, or overtaken by the end', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    const offer = { details: { to: OTHER } }
    assert.equal(happened('offered', offer), 'accepted')
    assert.equal(happened('declined', { org: 2 }), 'not-allowed')
    assert.equal(happened('declined', { org: 1 }), 'accepted')
    assert.equal(happened('accepted', { org: 1 }), 'not-allowed')
    assert.equal(happened('offered', offer), 'accepted')
    assert.equal(happened('withdrawn'), 'accepted')
    assert.equal(happened('accepted', { org: 1 }), 'not-allowed')
    assert.equal(happened('offered', offer), 'accepted')
    assert.equal(happened('retired', { details: { reason: 'old' } }), 'accepted')
    assert.equal(happened('accepted', { org: 1 }), 'illegal-transition')
    assert.equal(world.artefact(model).owner, OWNER)
  })

  it('is decided by people, not by a data source', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    const source = (org: number) => ({ org, signer: testRoleKey(org, 'source') })
    const offer = { details: { to: OTHER } }
    assert.equal(happened('offered', { ...offer, ...source(0) }), 'not-allowed')
    assert.equal(happened('invited', { ...offer, ...source(0) }), 'not-allowed')
    assert.equal(happened('offered', offer), 'accepted')
    assert.equal(happened('accepted', source(1)), 'not-allowed')
    assert.equal(happened('trained', source(0)), 'accepted')
  })
})

describe('rule book: contributors', () => {
  it('document what the owner invited them to', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    assert.equal(happened('trained', { org: 1 }), 'not-allowed')
    assert.equal(happened('invited', { details: { to: OTHER } }), 'accepted')
    assert.equal(happened('trained', { org: 1 }), 'accepted')
    assert.equal(happened('invited', { org: 1, details: { to: THIRD } }), 'not-allowed')
    assert.equal(happened('uninvited', { details: { to: OTHER } }), 'accepted')
    const evaluation = { org: 1, details: { metric: 'f1', value: 1 } }
    assert.equal(happened('evaluated', evaluation), 'not-allowed')
    assert.equal(world.artefact(model).contributors, undefined)
  })

  it('are members of the network', () => {
    const happened = eventsOf(worldWithArtefacts(), model)
    assert.equal(happened('invited', { details: { to: 'org99' } }), 'unknown-organisation')
  })

  it('of a former owner are none of the new one', () => {
    const world = worldWithArtefacts()
    const happened = eventsOf(world, model)
    happened('invited', { details: { to: THIRD } })
    happened('offered', { details: { to: OTHER } })
    assert.equal(happened('accepted', { org: 1 }), 'accepted')
    for (const org of [0, 2]) assert.equal(happened('trained', { org }), 'not-allowed')
  })
})

describe('rule book: artefacts of declared types', () => {
  const firmware: ArtefactType = {
    name: 'firmware',
    version: 1,
    initial: 'made',
    states: ['made', 'flashed'],
    transitions: [
      {
        event: 'flashed',
        from: ['made'],
        to: 'flashed',
        by: 'member',
        details: ['device'],
        references: { model: { types: ['model'] } },
      },
    ],
  }
  const artefact = signedArtefact('firmware', { nonce: 4, name: 'firmware' })
  const flashed = signedEvent(artefact, 'flashed', {
    org: 2,
    details: { device: 7 },
    references: { model: referenceTo(model) },
  })

  it('live by the declaration of their network', () => {
    const world = new World(declaring({ artefactTypes: [firmware] }))
    world.must(model, artefact)
    assert.deepEqual(
      [world.artefact(artefact).type, world.artefact(artefact).state],
      ['firmware', 'made'],
    )
    world.must(flashed)
    assert.equal(world.artefact(artefact).state, 'flashed')
    const again = signedEvent(artefact, 'flashed', { org: 2, nonce: 2, details: { device: 7 } })
    assert.equal(world.apply(again), 'illegal-transition')
    assert.equal(world.apply(signedRetirement(artefact, { nonce: 5 })), 'illegal-transition')
  })

  it('are unknown to a network that did not declare the type', () => {
    assert.equal(new World(testGenesis(4).genesis).apply(artefact), 'unknown-artefact-type')
    for (const name of ['model', 'constructor', 'tostring']) {
      const world = new World(declaring({ artefactTypes: [firmware] }))
      assert.equal(world.apply(signedArtefact(name)), 'unknown-artefact-type', name)
    }
  })
})
