import assert from 'node:assert/strict'
import {
  signedApproval,
  signedDataset,
  signedEvent,
  signedModel,
  signedPhase,
  signedRecall,
  signedStatus,
} from '../../support/records.ts'
import { World } from './world.ts'

const dataset = signedDataset({ nonce: 1, name: 'data' })
const model = signedModel({ nonce: 2, name: 'model' })

function worldWithBoth(): World {
  const world = new World()
  world.must(dataset, model)
  return world
}

describe('rule book: what is said of an artefact', () => {
  it('is counted, whatever it is, and of no other artefact', () => {
    const world = worldWithBoth()
    assert.equal(world.artefact(model).said, undefined)
    const recall = signedRecall(model, { nonce: 12 })
    const goal = { nonce: 10, content: { goal: 'read digits' } }
    world.must(
      signedPhase(model, 'requirements', goal),
      signedEvent(model, 'trained', { nonce: 11 }),
      recall,
      signedStatus(model, recall, { nonce: 13 }),
    )
    assert.equal(world.artefact(model).said, 4)
    assert.equal(world.artefact(dataset).said, undefined)
  })

  it('is not counted when a rule refuses it', () => {
    const world = worldWithBoth()
    const stranger = signedEvent(model, 'trained', { org: 1 })
    assert.equal(world.apply(stranger), 'not-allowed')
    assert.equal(world.artefact(model).said, undefined)
  })

  it('leaves the height of the last change as it is where nothing else changes', () => {
    const world = worldWithBoth()
    world.height = 7
    world.must(signedPhase(model, 'requirements', { nonce: 10, content: { goal: 'read digits' } }))
    const { height, said } = world.artefact(model)
    assert.deepEqual([height, said], [1, 1])
  })

  it('is not an approval, which is said of the proposal that lists it', () => {
    const world = worldWithBoth()
    const proposal = signedRecall(model, { org: 1 })
    world.must(proposal, ...[1, 2, 3].map((org) => signedApproval(proposal, { org })))
    const { said, recall } = world.artefact(model)
    assert.deepEqual([said, recall?.by], [1, 'committee'])
  })
})
