import assert from 'node:assert/strict'
import type { Digest } from '../../../../protocol/digest.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import { recallEvents } from '../../../../protocol/queries/recalls/recall-events.ts'
import { recallList, recallView } from '../../../../protocol/queries/recalls/recalls.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import { signedApproval, signedDataset, signedRecall } from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'

/** org01 owns the dataset; its recall, a proposal of org02 to recall it, and the lift of the first. */
function disputedLedger() {
  const ledger = new SampleLedger()
  const data = signedDataset({ org: 0, nonce: 1, name: 'data' })
  ledger.commit(data)
  return { ledger, data }
}

const standingsOf = (ledger: SampleLedger, current = false) =>
  runQuery(recallList(ledger, { limit: 100 }, current), ledger.reader).recalls.map(
    ({ record, standing }) => [record, standing],
  )

const eventsOf = (ledger: SampleLedger, ...records: readonly LedgerRecord[]) =>
  runQuery(
    recallEvents(
      ledger,
      records.map(({ id }) => id),
    ),
    ledger.reader,
  )

describe('recalls on the ledger', () => {
  it('by the owner are in force at once, until they are lifted', () => {
    const { ledger, data } = disputedLedger()
    const recall = signedRecall(data, { org: 0, nonce: 2, reason: 'labels swapped' })
    ledger.commit(recall)
    const view = recallView(ledger, recall.id)
    assert.equal(view?.standing, 'in-force')
    assert.equal(view?.by, 'owner')
    assert.equal(view?.sinceHeight, 2)
    assert.deepEqual(view?.artefact, { record: data.id, name: 'org01/data@1', type: 'dataset' })
    const lift = signedRecall(data, { org: 0, nonce: 3, action: 'lift' })
    ledger.commit(lift)
    assert.deepEqual(standingsOf(ledger), [
      [recall.id, 'done'],
      [lift.id, 'done'],
    ])
    assert.deepEqual(standingsOf(ledger, true), [])
  })

  it('by others wait for a quorum, and say who approved', () => {
    const { ledger, data } = disputedLedger()
    const proposal = signedRecall(data, { org: 1 })
    ledger.commit(proposal)
    ledger.commit(signedApproval(proposal, { org: 2 }), signedApproval(proposal, { org: 1 }))
    const open = recallView(ledger, proposal.id)
    assert.deepEqual(
      [open?.standing, open?.approvals, open?.approvalsNeeded, open?.committee],
      ['open', ['org02', 'org03'], 3, 4],
    )
    assert.deepEqual(standingsOf(ledger, true), [[proposal.id, 'open']])
    ledger.commit(signedApproval(proposal, { org: 3 }))
    const decided = recallView(ledger, proposal.id)
    assert.deepEqual(
      [decided?.standing, decided?.by, decided?.sinceHeight],
      ['in-force', 'committee', 4],
    )
  })

  it('are paged by what was looked at', () => {
    const { ledger, data } = disputedLedger()
    const proposals = [1, 2, 3].map((org) => signedRecall(data, { org }))
    ledger.commit(...proposals)
    const seen: Digest[] = []
    let page = runQuery(recallList(ledger, { limit: 2 }, true), ledger.reader)
    seen.push(...page.recalls.map(({ record }) => record))
    assert.ok(page.next !== undefined)
    page = runQuery(recallList(ledger, { limit: 2, after: page.next }, true), ledger.reader)
    seen.push(...page.recalls.map(({ record }) => record))
    assert.equal(page.next, undefined)
    assert.deepEqual(
      seen,
      proposals.map(({ id }) => id),
    )
  })

  it('are no other records', () => {
    const { ledger, data } = disputedLedger()
    assert.equal(recallView(ledger, data.id), undefined)
  })
})

describe('what a block brings into force', () => {
  it('is a recall or a lift of the owner', () => {
    const { ledger, data } = disputedLedger()
    const recall = signedRecall(data, { org: 0, nonce: 2, reason: 'labels swapped' })
    ledger.commit(recall)
    const lift = signedRecall(data, { org: 0, nonce: 3, action: 'lift', reason: 'well again' })
    ledger.commit(lift)
    const artefact = { record: data.id, name: 'org01/data@1', type: 'dataset' }
    const told = { artefact, by: 'owner', organisation: 'org01' }
    // Asked late, when the recall is over: it came into force all the same.
    assert.deepEqual(eventsOf(ledger, recall), [
      { kind: 'recalled', record: recall.id, reason: 'labels swapped', height: 2, ...told },
    ])
    assert.deepEqual(eventsOf(ledger, lift), [
      { kind: 'lifted', record: lift.id, reason: 'well again', height: 3, ...told },
    ])
  })

  it('is what the last approval decided, told once and with that block', () => {
    const { ledger, data } = disputedLedger()
    const proposal = signedRecall(data, { org: 1 })
    const approvals = [0, 1, 2].map((org) => signedApproval(proposal, { org }))
    const [first, ...others] = approvals as [LedgerRecord, ...LedgerRecord[]]
    const other = signedDataset({ org: 3, name: 'other' })
    ledger.commit(proposal)
    ledger.commit(other, first)
    ledger.commit(...others)
    assert.deepEqual(eventsOf(ledger, proposal), [])
    assert.deepEqual(eventsOf(ledger, other, first), [])
    const [event, ...more] = eventsOf(ledger, ...others)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [event?.kind, event?.record, event?.height, event?.by, event?.organisation],
      ['recalled', proposal.id, 4, 'committee', 'org02'],
    )
  })

  it('is nothing in a block of other records, or of none', () => {
    const { ledger, data } = disputedLedger()
    assert.deepEqual(eventsOf(ledger, data), [])
    assert.deepEqual(eventsOf(ledger), [])
  })

  it('leaves out what another decision made moot', () => {
    const { ledger, data } = disputedLedger()
    const [first, second] = [1, 2].map((org) => signedRecall(data, { org }))
    assert.ok(first !== undefined && second !== undefined)
    const approvals = [0, 1, 2].map((org) => signedApproval(second, { org }))
    const early = signedApproval(first, { org: 3 })
    ledger.commit(first, second, early)
    ledger.commit(...approvals)
    assert.equal(recallView(ledger, first.id)?.standing, 'moot')
    assert.deepEqual(eventsOf(ledger, first, second, early), [])
    assert.deepEqual(
      eventsOf(ledger, ...approvals).map(({ record }) => record),
      [second.id],
    )
  })
})
