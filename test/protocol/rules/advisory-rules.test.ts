import assert from 'node:assert/strict'
import { testRoleKey } from '../../support/keys.ts'
import {
  signedAdvisory,
  signedDataset,
  signedRecall,
  signedStatus,
  signedWithdrawal,
} from '../../support/records.ts'
import { World } from './world.ts'

const dataset = signedDataset({ nonce: 1, name: 'data' })
const advisory = signedAdvisory({ org: 3 })

function worldWithAdvisory(): World {
  const world = new World()
  world.must(dataset, advisory)
  return world
}

describe('rule book: advisories', () => {
  it('are published by people, and change nothing of any artefact', () => {
    const world = new World()
    world.must(dataset)
    const before = world.artefact(dataset)
    assert.equal(world.apply(advisory), 'accepted')
    assert.deepEqual(world.artefact(dataset), before)
    for (const role of ['source', 'admin'] as const) {
      assert.equal(world.apply(signedAdvisory({ signer: testRoleKey(3, role) })), 'not-allowed')
    }
  })
})

describe('rule book: withdrawals of advisories', () => {
  it('are for the organisation that published it, by any person of it', () => {
    const world = worldWithAdvisory()
    for (const org of [0, 1, 2]) {
      assert.equal(world.apply(signedWithdrawal(advisory, { org, nonce: 2 })), 'not-allowed')
    }
    for (const role of ['source', 'admin'] as const) {
      const signer = testRoleKey(3, role)
      assert.equal(world.apply(signedWithdrawal(advisory, { signer, nonce: 2 })), 'not-allowed')
    }
    const before = world.artefact(dataset)
    assert.equal(world.apply(signedWithdrawal(advisory, { org: 3, nonce: 2 })), 'accepted')
    assert.deepEqual(world.artefact(dataset), before)
  })

  it('happen once, also with another reason', () => {
    const world = worldWithAdvisory()
    world.must(signedWithdrawal(advisory, { org: 3, nonce: 2 }))
    const again = signedWithdrawal(advisory, { org: 3, nonce: 3, reason: 'once more' })
    assert.equal(world.apply(again), 'illegal-transition')
    assert.equal(world.apply(signedWithdrawal(advisory, { org: 2, nonce: 2 })), 'not-allowed')
  })

  it('are of advisories, and of nothing else', () => {
    const world = worldWithAdvisory()
    const recall = signedRecall(dataset, { nonce: 2 })
    const withdrawal = signedWithdrawal(advisory, { org: 3, nonce: 2 })
    world.must(recall, withdrawal)
    for (const about of [dataset, recall, withdrawal, signedAdvisory({ org: 3, nonce: 9 })]) {
      const record = signedWithdrawal(about, { org: 3, nonce: 3 })
      assert.equal(world.apply(record), 'unknown-subject')
    }
  })

  it('leave the warning open to be published anew, and to be answered', () => {
    const world = worldWithAdvisory()
    world.must(signedWithdrawal(advisory, { org: 3, nonce: 2 }))
    assert.equal(world.apply(signedStatus(dataset, advisory, { nonce: 2 })), 'accepted')
    const anew = signedAdvisory({ org: 3, nonce: 3 })
    world.must(anew)
    assert.equal(world.apply(signedWithdrawal(anew, { org: 3, nonce: 4 })), 'accepted')
  })
})

describe('rule book: answers of owners', () => {
  it('are to advisories and recalls, in force or proposed', () => {
    const world = worldWithAdvisory()
    const proposed = signedRecall(dataset, { org: 1 })
    const recall = signedRecall(dataset, { nonce: 2 })
    world.must(proposed, recall)
    const before = world.artefact(dataset)
    let nonce = 10
    for (const about of [advisory, proposed, recall]) {
      assert.equal(world.apply(signedStatus(dataset, about, { nonce: nonce++ })), 'accepted')
    }
    assert.deepEqual(world.artefact(dataset), { ...before, said: 5 })
  })

  it('are to nothing else, not even to what lifts a recall', () => {
    const world = worldWithAdvisory()
    const lift = signedRecall(dataset, { nonce: 3, action: 'lift' })
    world.must(signedRecall(dataset, { nonce: 2 }), lift)
    for (const about of [dataset, lift]) {
      assert.equal(world.apply(signedStatus(dataset, about, { nonce: 4 })), 'unknown-subject')
    }
  })

  it('are for the owner, and by a person', () => {
    const world = worldWithAdvisory()
    assert.equal(world.apply(signedStatus(dataset, advisory, { org: 3, nonce: 2 })), 'not-allowed')
    const signer = testRoleKey(0, 'source')
    assert.equal(world.apply(signedStatus(dataset, advisory, { signer })), 'not-allowed')
  })

  it('may change as often as the owner learns more', () => {
    const world = worldWithAdvisory()
    for (const [i, status] of (['under_investigation', 'affected', 'fixed'] as const).entries()) {
      assert.equal(
        world.apply(signedStatus(dataset, advisory, { status, nonce: i + 2 })),
        'accepted',
      )
    }
  })
})
