import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import type { InputEdge } from '../../../protocol/records/certificates/certificates.ts'
import { encodeKeyHistory, readKeyHistory } from '../../../protocol/rules/key-history.ts'
import { stateKey } from '../../../protocol/storage-keys.ts'
import { testKey, testOrganisation, testPerson, testRoleKey } from '../../support/keys.ts'
import {
  edgeTo,
  referenceTo,
  signedDataset,
  signedEvent,
  signedKey,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRetirement,
} from '../../support/records.ts'
import { World } from './world.ts'

const dataset = signedDataset({ nonce: 1, name: 'data' })
const model = signedModel({ nonce: 2, name: 'model' })
const pipeline = signedPipeline({ nonce: 3, name: 'pipeline' })
const goal = { nonce: 40, content: { goal: 'read digits' } }
const training = { content: { hyperparameters: { epochs: 3 } } }

function worldWithModel(): World {
  const world = new World()
  world.must(dataset, model, pipeline)
  return world
}

describe('rule book: phases', () => {
  it('are told by several organisations of one model', () => {
    const world = worldWithModel()
    const before = world.artefact(model)
    const byOther = signedPhase(model, 'training', { org: 1, ...training })
    assert.equal(world.apply(byOther), 'not-allowed')
    const details = { to: testOrganisation(1) }
    world.must(signedPhase(model, 'requirements', goal))
    world.must(signedEvent(model, 'invited', { nonce: 11, details }), byOther)
    const { contributors, ...rest } = world.artefact(model)
    assert.deepEqual([contributors, rest], [[testOrganisation(1)], { ...before, said: 3 }])
  })

  it('are of models', () => {
    const world = worldWithModel()
    assert.equal(world.apply(signedPhase(dataset, 'requirements', goal)), 'edge-wrong-type')
    const stranger = signedModel({ nonce: 9, name: 'nowhere' })
    assert.equal(world.apply(signedPhase(stranger, 'requirements', goal)), 'unknown-subject')
  })

  it('end when the model is retired', () => {
    const world = worldWithModel()
    world.must(signedRetirement(model, { nonce: 10 }))
    const late = signedPhase(model, 'training', { nonce: 11, ...training })
    assert.equal(world.apply(late), 'illegal-transition')
  })

  it('name pipelines and datasets truly', () => {
    const world = worldWithModel()
    let nonce = 10
    const deployed = (reference: {
      readonly record: typeof model.id
      readonly digest: typeof model.id
    }) =>
      world.apply(
        signedPhase(model, 'deployment', { nonce: nonce++, content: { pipeline: reference } }),
      )
    const digest = digestOf(Uint8Array.of(9))
    assert.equal(deployed({ ...referenceTo(pipeline), record: digest }), 'edge-unknown')
    assert.equal(deployed({ ...referenceTo(pipeline), digest }), 'edge-digest-mismatch')
    assert.equal(deployed(referenceTo(dataset)), 'edge-wrong-type')
    assert.equal(deployed(referenceTo(pipeline)), 'accepted')
    const evaluation = (edge: InputEdge) =>
      world.apply(
        signedPhase(model, 'evaluation', {
          nonce: nonce++,
          content: { metrics: { f1: 0.9 }, datasets: [edge] },
        }),
      )
    const subset = { kind: 'files', digest, count: 2, of: 3 } as const
    const whole = edgeTo(dataset)
    assert.equal(evaluation(edgeTo(pipeline)), 'edge-wrong-type')
    assert.equal(evaluation({ ...whole, record: digest, subset }), 'edge-unknown')
    assert.equal(evaluation({ ...whole, digest, subset }), 'edge-digest-mismatch')
    assert.equal(evaluation(whole), 'accepted')
    assert.equal(evaluation({ ...whole, how: 'observed', subset }), 'accepted')
    assert.equal(evaluation({ kind: 'unknown', reason: 'a web service' }), 'accepted')
  })

  it('need no content where there are decisions to tell', () => {
    const decided = signedPhase(model, 'labelling', {
      nonce: 40,
      decisions: ['two people label each picture'],
    })
    assert.equal(worldWithModel().apply(decided), 'accepted')
  })
})

describe('rule book: who labelled', () => {
  let nonce = 60
  const labelled = (world: World, person: string) => {
    const software = 'pkg:pypi/label-studio@1.20.0'
    const content = { method: 'by hand', instructions: 'look twice', software, person }
    return world.apply(signedPhase(model, 'labelling', { nonce: nonce++, content }))
  }

  it('is a registered person of any organisation, or a name that nobody looks up (M30)', () => {
    const world = worldWithModel()
    for (const org of [0, 3]) assert.equal(labelled(world, testPerson(org).did), 'accepted')
    for (const name of ['Carol Example', 'org01/person1', 'did:web:example.com', 'DID:KEY:z6Mk']) {
      assert.equal(labelled(world, name), 'accepted', name)
    }
  })

  it('is no key that nobody registered, and no key of anything but a person (M30)', () => {
    const world = worldWithModel()
    assert.equal(labelled(world, testKey(90_001).did), 'unknown-person')
    for (const role of ['source', 'admin', 'record', 'consensus', 'network'] as const) {
      assert.equal(labelled(world, testRoleKey(0, role).did), 'unknown-person', role)
    }
  })

  it('was registered by then, and may have left since', () => {
    const world = worldWithModel()
    const { did } = testKey(90_001)
    world.must(signedKey({ key: 90_001 }))
    assert.equal(labelled(world, did), 'unknown-person', 'it counts one block later')
    world.height++
    assert.equal(labelled(world, did), 'accepted')
    const history = readKeyHistory(world, did)
    assert.ok(history !== undefined)
    const ended = encodeKeyHistory({ ...history, intervals: [{ from: 2, to: 3 }] })
    world.values.set(stateKey.key(did), ended)
    world.height = 4
    assert.equal(labelled(world, did), 'accepted')
  })
})

describe('rule book: corrections of phases', () => {
  const first = signedPhase(model, 'training', { nonce: 10, ...training })
  const correcting = (nonce: number, change: object = {}) =>
    signedPhase(model, 'training', { nonce, supersedes: first.id, ...training, ...change })

  function worldWithPhase(): World {
    const world = worldWithModel()
    world.must(first)
    return world
  }

  it('are of the same phase of the same model, once', () => {
    const world = worldWithPhase()
    const second = correcting(11)
    assert.equal(world.apply(second), 'accepted')
    assert.equal(world.apply(correcting(12)), 'illegal-transition')
    assert.equal(world.apply(correcting(13, { supersedes: second.id })), 'accepted')
  })

  it('are not of another phase, nor of another model', () => {
    const world = worldWithPhase()
    const otherPhase = signedPhase(model, 'requirements', { supersedes: first.id, ...goal })
    assert.equal(world.apply(otherPhase), 'edge-wrong-type')
    const sibling = signedModel({ nonce: 20, name: 'sibling' })
    world.must(sibling)
    const otherModel = signedPhase(sibling, 'training', {
      nonce: 41,
      supersedes: first.id,
      ...training,
    })
    assert.equal(world.apply(otherModel), 'edge-wrong-type')
    assert.equal(world.apply(correcting(14, { supersedes: model.id })), 'unknown-subject')
  })

  it('are for the organisation that told it, also after the model has passed to another', () => {
    const world = worldWithPhase()
    const details = { to: testOrganisation(1) }
    world.must(signedEvent(model, 'invited', { nonce: 11, details }))
    assert.equal(world.apply(correcting(1, { org: 1 })), 'not-allowed')
    world.must(
      signedEvent(model, 'offered', { nonce: 12, details }),
      signedEvent(model, 'accepted', { nonce: 2, org: 1 }),
    )
    assert.equal(world.apply(correcting(3, { org: 1 })), 'not-allowed')
    assert.equal(world.apply(correcting(13)), 'not-allowed')
  })
})
