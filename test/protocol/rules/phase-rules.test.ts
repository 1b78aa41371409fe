import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import type { InputEdge } from '../../../protocol/records/certificates/certificates.ts'
import { testOrganisation } from '../../support/keys.ts'
import {
  edgeTo,
  referenceTo,
  signedDataset,
  signedEvent,
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
