import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PROPOSAL_REPLACEMENTS_MAX } from '../../../protocol/limits.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { readProposal } from '../../../protocol/rules/recall-rules.ts'
import { applyRecord } from '../../../protocol/rules/rule-book.ts'
import { testGenesis, testOrganisation, testRoleKey } from '../../support/keys.ts'
import {
  type RecordOptions,
  signedApproval,
  signedDataset,
  signedEvent,
  signedRecall,
  signedRetirement,
  TEST_TIME_MS,
} from '../../support/records.ts'
import { World } from './world.ts'

const { genesis } = testGenesis(4)
const dataset = signedDataset({ nonce: 1, name: 'data' })
/** Of a committee of four. */
const QUORUM = 3

function worldWithDataset(): World {
  const world = new World()
  world.must(dataset)
  world.height = 5
  return world
}

/** Makes records with fresh nonces, and applies them. */
class Dispute {
  readonly world = worldWithDataset()
  #nonce = 10

  propose(org: number, action: 'recall' | 'lift' = 'recall', options: RecordOptions = {}) {
    const record = signedRecall(dataset, { org, action, nonce: this.#nonce++, ...options })
    return { record, code: this.world.apply(record) }
  }

  approve(
    org: number,
    proposal: Parameters<typeof signedApproval>[0],
    options: RecordOptions = {},
  ) {
    return this.world.apply(signedApproval(proposal, { org, nonce: this.#nonce++, ...options }))
  }

  /** A proposal of `org` that every needed organisation approves. */
  decide(org: number, action: 'recall' | 'lift') {
    const { record, code } = this.propose(org, action)
    assert.equal(code, 'accepted')
    for (let i = 0; i < QUORUM; i++) assert.equal(this.approve(i, record), 'accepted')
    return record
  }

  get recall() {
    return this.world.artefact(dataset).recall
  }

  outcomeOf(record: { readonly id: typeof dataset.id }) {
    return readProposal(this.world, record.id)?.outcome
  }
}

describe('rule book: recall by the owner', () => {
  it('counts at once, and the owner lifts it again', () => {
    const dispute = new Dispute()
    const { record, code } = dispute.propose(0)
    assert.equal(code, 'accepted')
    assert.deepEqual(dispute.recall, { record: record.id, height: 5, by: 'owner' })
    assert.equal(dispute.propose(0).code, 'illegal-transition')
    assert.equal(dispute.propose(0, 'lift').code, 'accepted')
    assert.equal(dispute.recall, undefined)
    assert.equal(dispute.propose(0, 'lift').code, 'illegal-transition')
  })

  it('needs nobody else, so there is nothing to approve', () => {
    const dispute = new Dispute()
    assert.equal(dispute.approve(1, dispute.propose(0).record), 'illegal-transition')
  })

  it('is by a person or an admin', () => {
    const dispute = new Dispute()
    const by = (role: 'source' | 'record' | 'admin') => ({ signer: testRoleKey(0, role) })
    assert.equal(dispute.propose(0, 'recall', by('source')).code, 'not-allowed')
    assert.equal(dispute.propose(0, 'recall', by('record')).code, 'not-allowed')
    assert.equal(dispute.propose(0, 'recall', by('admin')).code, 'accepted')
  })

  it('reaches what is retired too', () => {
    const dispute = new Dispute()
    dispute.world.must(signedRetirement(dataset, { nonce: 2 }))
    assert.equal(dispute.propose(0).code, 'accepted')
    assert.equal(dispute.world.artefact(dataset).state, 'retired')
  })

  it('passes with the artefact: the former owner proposes like everyone', () => {
    const dispute = new Dispute()
    const details = { to: testOrganisation(1) }
    dispute.world.must(
      signedEvent(dataset, 'offered', { nonce: 2, details }),
      signedEvent(dataset, 'accepted', { nonce: 2, org: 1 }),
    )
    assert.equal(dispute.propose(0).code, 'accepted')
    assert.equal(dispute.recall, undefined)
    assert.equal(dispute.propose(1).code, 'accepted')
    assert.equal(dispute.world.artefact(dataset).recall?.by, 'owner')
  })

  it('speaks of an artefact on the ledger', () => {
    const stranger = signedDataset({ nonce: 99, name: 'nowhere' })
    assert.equal(worldWithDataset().apply(signedRecall(stranger, { nonce: 2 })), 'unknown-subject')
  })
})

describe('rule book: recall by the committee', () => {
  it('counts when a quorum of organisations has approved, and not before', () => {
    const dispute = new Dispute()
    const { record, code } = dispute.propose(1)
    assert.equal(code, 'accepted')
    assert.equal(dispute.recall, undefined)
    assert.equal(dispute.approve(3, record), 'accepted')
    assert.equal(dispute.approve(1, record), 'accepted')
    assert.equal(dispute.recall, undefined)
    assert.equal(dispute.outcomeOf(record), 'open')
    dispute.world.height = 8
    assert.equal(dispute.approve(2, record), 'accepted')
    assert.deepEqual(dispute.recall, { record: record.id, height: 8, by: 'committee' })
    assert.deepEqual(readProposal(dispute.world, record.id)?.approvals, [
      testOrganisation(1),
      testOrganisation(2),
      testOrganisation(3),
    ])
    assert.equal(dispute.outcomeOf(record), 'in-force')
    assert.equal(dispute.world.artefact(dataset).proposals, undefined)
  })

  it('counts each organisation once, by its admin key', () => {
    const dispute = new Dispute()
    const { record } = dispute.propose(1)
    for (const role of ['person', 'source', 'record', 'consensus', 'network'] as const) {
      const signer = testRoleKey(1, role)
      assert.equal(dispute.approve(1, record, { signer }), 'not-allowed')
    }
    assert.equal(dispute.approve(1, record), 'accepted')
    assert.equal(dispute.approve(1, record), 'illegal-transition')
    assert.equal(readProposal(dispute.world, record.id)?.approvals.length, 1)
  })

  it('is decided once', () => {
    const dispute = new Dispute()
    const record = dispute.decide(1, 'recall')
    assert.equal(dispute.approve(3, record), 'illegal-transition')
    assert.equal(dispute.propose(2).code, 'illegal-transition')
    assert.equal(dispute.propose(0).code, 'illegal-transition')
  })

  it('approves proposals, and nothing else', () => {
    const dispute = new Dispute()
    assert.equal(dispute.approve(1, dataset), 'unknown-subject')
    assert.equal(dispute.approve(1, signedRecall(dataset, { org: 3 })), 'unknown-subject')
  })

  it('is lifted by a quorum alone, also for the owner', () => {
    const dispute = new Dispute()
    dispute.decide(1, 'recall')
    const { record, code } = dispute.propose(0, 'lift')
    assert.equal(code, 'accepted')
    assert.equal(dispute.recall?.by, 'committee')
    for (const org of [0, 2, 3]) assert.equal(dispute.approve(org, record), 'accepted')
    assert.equal(dispute.recall, undefined)
  })

  it('is not escaped by an owner who recalls first and lifts it later', () => {
    const dispute = new Dispute()
    const { record } = dispute.propose(1)
    for (const org of [1, 2]) assert.equal(dispute.approve(org, record), 'accepted')
    assert.equal(dispute.propose(0, 'recall').code, 'accepted')
    assert.equal(dispute.propose(2, 'recall').code, 'accepted')
    assert.equal(dispute.approve(3, record), 'accepted')
    assert.deepEqual(dispute.recall, { record: record.id, height: 5, by: 'committee' })
    assert.equal(dispute.propose(0, 'lift').code, 'accepted')
    assert.equal(dispute.recall?.by, 'committee')
  })

  it('is not escaped by an owner who recalls and lifts at once', () => {
    const dispute = new Dispute()
    const { record } = dispute.propose(1)
    for (const org of [1, 2]) assert.equal(dispute.approve(org, record), 'accepted')
    for (const action of ['recall', 'lift'] as const) {
      assert.equal(dispute.propose(0, action).code, 'accepted')
    }
    assert.equal(dispute.outcomeOf(record), 'open')
    assert.equal(dispute.approve(3, record), 'accepted')
    assert.equal(dispute.recall?.by, 'committee')
  })

  it('counts no approval of one decision for another', () => {
    const dispute = new Dispute()
    dispute.decide(1, 'recall')
    const stale = dispute.propose(2, 'lift').record
    for (const org of [1, 2]) assert.equal(dispute.approve(org, stale), 'accepted')
    dispute.decide(3, 'lift')
    assert.equal(dispute.outcomeOf(stale), 'moot')
    dispute.decide(1, 'recall')
    assert.equal(dispute.approve(3, stale), 'illegal-transition')
    assert.equal(dispute.recall?.by, 'committee')
  })

  it('keeps no proposal to lift what the owner has lifted', () => {
    const dispute = new Dispute()
    dispute.propose(0)
    const stale = dispute.propose(2, 'lift').record
    assert.equal(dispute.approve(1, stale), 'accepted')
    assert.equal(dispute.propose(0, 'lift').code, 'accepted')
    assert.equal(dispute.outcomeOf(stale), 'moot')
    assert.equal(dispute.propose(2).code, 'accepted')
  })
})

describe('rule book: proposals', () => {
  it('are open once for each organisation, so nobody floods an artefact', () => {
    const dispute = new Dispute()
    for (const org of [1, 2, 3]) {
      assert.equal(dispute.propose(org).code, 'accepted')
      assert.equal(dispute.propose(org).code, 'proposal-open')
    }
    assert.equal(Object.keys(dispute.world.artefact(dataset).proposals ?? {}).length, 3)
  })

  it('of a colleague are replaced by the admin, without the approvals they had', () => {
    const dispute = new Dispute()
    const junk = dispute.propose(1).record
    assert.equal(dispute.approve(2, junk), 'accepted')
    const better = dispute.propose(1, 'recall', { signer: testRoleKey(1, 'admin') })
    assert.equal(better.code, 'accepted')
    assert.equal(dispute.outcomeOf(junk), 'moot')
    assert.equal(dispute.approve(3, junk), 'illegal-transition')
    assert.deepEqual(readProposal(dispute.world, better.record.id)?.approvals, [])
    assert.deepEqual(dispute.world.artefact(dataset).proposals, {
      [testOrganisation(1)]: better.record.id,
    })
  })

  it('of an admin are replaced a few times only, so no outsider fills the history of an artefact', () => {
    const dispute = new Dispute()
    const byAdmin = (action: 'recall' | 'lift') =>
      dispute.propose(1, action, { signer: testRoleKey(1, 'admin') })
    dispute.propose(0)
    assert.equal(dispute.propose(1).code, 'accepted')
    const replaced = Array.from({ length: PROPOSAL_REPLACEMENTS_MAX }, (_, i) =>
      byAdmin(i % 2 === 0 ? 'lift' : 'recall'),
    )
    assert.ok(replaced.every(({ code }) => code === 'accepted'))
    const { said } = dispute.world.artefact(dataset)
    assert.equal(said, 2 + PROPOSAL_REPLACEMENTS_MAX)
    for (const action of ['recall', 'lift'] as const) {
      assert.equal(byAdmin(action).code, 'proposal-open')
      assert.equal(dispute.propose(1, action).code, 'proposal-open')
    }
    assert.equal(dispute.world.artefact(dataset).said, said)
    const last = replaced.at(-1)?.record ?? dataset
    assert.equal(dispute.outcomeOf(last), 'open')
    assert.equal(dispute.propose(2).code, 'accepted')
  })

  it('are free again once something was decided, also for who replaced the most', () => {
    const dispute = new Dispute()
    const byAdmin = (action: 'recall' | 'lift') =>
      dispute.propose(1, action, { signer: testRoleKey(1, 'admin') })
    const fill = (action: 'recall' | 'lift') => {
      for (let i = 0; i <= PROPOSAL_REPLACEMENTS_MAX; i++) {
        assert.equal(byAdmin(action).code, 'accepted')
      }
      assert.equal(byAdmin(action).code, 'proposal-open')
    }
    fill('recall')
    dispute.decide(2, 'recall')
    fill('lift')
  })

  it('to lift need something to lift', () => {
    assert.equal(new Dispute().propose(1, 'lift').code, 'illegal-transition')
  })

  it('keep state small and each key once, whatever is proposed and approved', () => {
    const step = fc.record({
      org: fc.integer({ min: 0, max: 3 }),
      what: fc.constantFrom('recall', 'lift', 'approve', 'admin'),
      which: fc.nat({ max: 30 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const world = worldWithDataset()
        const proposals = [dataset]
        steps.forEach(({ org, what, which }, i) => {
          const options = {
            org,
            nonce: i + 10,
            ...(what === 'admin' && { signer: testRoleKey(org, 'admin') }),
          }
          const record =
            what === 'approve'
              ? signedApproval(proposals[which % proposals.length] ?? dataset, options)
              : signedRecall(dataset, { ...options, action: what === 'lift' ? 'lift' : 'recall' })
          const context = { genesis, height: 1, timeMs: TEST_TIME_MS }
          const change = applyRecord(record, context, world)
          if (isRejection(change)) return
          assert.equal(new Set(change.map(({ key }) => key)).size, change.length)
          world.must(record)
          if (what !== 'approve') proposals.push(record)
          const { proposals: open = {} } = world.artefact(dataset)
          const isOpen = proposals.filter(({ id }) => readProposal(world, id)?.outcome === 'open')
          assert.deepEqual(isOpen.map(({ id }) => id).sort(), Object.values(open).sort())
        })
      }),
      { numRuns: 30 },
    )
  })
})
