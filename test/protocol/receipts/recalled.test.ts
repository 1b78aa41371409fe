import assert from 'node:assert/strict'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { buildReceipt } from '../../../protocol/receipts/build-receipt.ts'
import { verifyReceiptUnder } from '../../../protocol/receipts/verify-receipt.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testRoleKey } from '../../support/keys.ts'
import {
  accepted,
  componentOf,
  edgeTo,
  referenceTo,
  signedApproval,
  signedDataset,
  signedEvent,
  signedModel,
  signedPipeline,
  signedRecall,
} from '../../support/records.ts'
import { SampleLedger } from '../queries/sample-ledger.ts'
import { declaring } from '../rules/world.ts'
import { openReceipt } from './sample-receipts.ts'

/** raw (org01) -> cleaned (org02) -> model (org03). */
function family() {
  const ledger = new SampleLedger()
  const raw = signedDataset({ org: 0, nonce: 1, name: 'raw' })
  const cleaned = signedDataset({
    org: 1,
    nonce: 1,
    name: 'cleaned',
    more: { inputs: [edgeTo(raw)] },
  })
  const model = signedModel({ org: 2, nonce: 1, name: 'model', datasets: [edgeTo(cleaned)] })
  ledger.commit(raw, cleaned)
  ledger.commit(model)
  return { ledger, raw, cleaned, model }
}

function receiptOf({ reader, genesis }: SampleLedger, { id }: LedgerRecord, ancestors = true) {
  return accepted(buildReceipt(reader, id, { genesis, ancestors }))
}

function verify({ genesis }: SampleLedger, bytes: Uint8Array) {
  return verifyReceiptUnder(bytes, genesis, verifySignature)
}

const verdictOf = (ledger: SampleLedger, record: LedgerRecord, ancestors = true) =>
  accepted(verify(ledger, receiptOf(ledger, record, ancestors)))

describe('a receipt of something with a recalled ancestor', () => {
  it('proves offline which ancestor is recalled, why, by whom and since when', () => {
    const { ledger, raw, model } = family()
    assert.deepEqual(verdictOf(ledger, model).recalls, [])
    const recall = signedRecall(raw, { org: 0, nonce: 2, reason: 'labels swapped' })
    ledger.commit(recall)
    const { recalls, ancestry, records } = verdictOf(ledger, model)
    assert.deepEqual(recalls, [
      {
        artefact: raw.id,
        record: recall.id,
        height: 3,
        by: 'owner',
        reason: 'labels swapped',
        signer: 'person1',
        organisation: 'org01',
      },
    ])
    assert.equal(ancestry.closed, true)
    assert.deepEqual(
      records.map(({ type }) => type),
      ['model', 'dataset', 'dataset', 'recall'],
    )
  })

  it('tells the decision of the committee from that of the owner', () => {
    const { ledger, cleaned, model } = family()
    const proposal = signedRecall(cleaned, { org: 3, reason: 'poisoned' })
    ledger.commit(proposal)
    assert.deepEqual(verdictOf(ledger, model).recalls, [])
    ledger.commit(...[0, 2, 3].map((org) => signedApproval(proposal, { org })))
    const [found] = verdictOf(ledger, model).recalls
    assert.deepEqual([found?.by, found?.organisation, found?.height], ['committee', 'org04', 4])
  })

  it('proves a proposal that replaced another one, and that other one', () => {
    const { ledger, raw } = family()
    const [slip, better] = [1, 2].map((nonce) =>
      signedRecall(raw, { org: 3, nonce, signer: testRoleKey(3, 'admin') }),
    )
    assert.ok(slip !== undefined && better !== undefined)
    ledger.commit(slip, better)
    for (const each of [slip, better]) assert.equal(verdictOf(ledger, each).subject.id, each.id)
    const receipt = openReceipt(receiptOf(ledger, better))
    assert.equal(receipt.records[0]?.proposal?.state.replaced, 1)
    delete receipt.records[0]?.proposal?.state.replaced
    const forged = verify(ledger, canonicalJson(receipt))
    assert.ok(isRejection(forged) && forged.rejected === 'bad-proof')
  })

  it('proves nothing against it once the recall is lifted', () => {
    const { ledger, raw, model } = family()
    ledger.commit(signedRecall(raw, { org: 0, nonce: 2 }))
    ledger.commit(signedRecall(raw, { org: 0, nonce: 3, action: 'lift' }))
    assert.deepEqual(verdictOf(ledger, model).recalls, [])
  })

  it('shows its own recall even without its ancestors, and not theirs', () => {
    const { ledger, raw, model } = family()
    const own = signedRecall(model, { org: 2, nonce: 2, reason: 'it drifts' })
    ledger.commit(own, signedRecall(raw, { org: 0, nonce: 2 }))
    const { recalls, ancestry } = verdictOf(ledger, model, false)
    assert.deepEqual(
      recalls.map(({ artefact, reason }) => [artefact, reason]),
      [[model.id, 'it drifts']],
    )
    assert.equal(ancestry.closed, false)
  })

  it('proves a recall itself together with what it recalls', () => {
    const { ledger, raw } = family()
    const recall = signedRecall(raw, { org: 0, nonce: 2 })
    ledger.commit(recall)
    const { subject, records } = verdictOf(ledger, recall)
    assert.equal(subject.type, 'recall')
    assert.deepEqual(
      records.map(({ id }) => id),
      [recall.id, raw.id],
    )
  })

  it('still proves that there is a recall when its record was taken out', () => {
    const { ledger, raw, model } = family()
    const recall = signedRecall(raw, { org: 0, nonce: 2 })
    ledger.commit(recall)
    const receipt = openReceipt(receiptOf(ledger, model))
    receipt.records = receipt.records.slice(0, -1)
    const [found] = accepted(verify(ledger, canonicalJson(receipt))).recalls
    assert.deepEqual([found?.record, found?.reason], [recall.id, undefined])
  })

  it('is refused with a recall that the state does not name', () => {
    const { ledger, raw, model } = family()
    const recall = signedRecall(raw, { org: 0, nonce: 2 })
    ledger.commit(recall)
    const before = openReceipt(receiptOf(ledger, recall))
    ledger.commit(signedRecall(raw, { org: 0, nonce: 3, action: 'lift' }))
    const now = openReceipt(receiptOf(ledger, recall))
    const after = openReceipt(receiptOf(ledger, model))
    after.records = [...after.records, ...now.records.slice(0, 1)]
    const smuggled = verify(ledger, canonicalJson(after))
    assert.ok(isRejection(smuggled) && smuggled.rejected === 'malformed')
    assert.ok(!isRejection(verify(ledger, canonicalJson(before))))
  })
})

describe('a receipt of an artefact whose life went on', () => {
  it('is good after its owner changed, and names the new one', () => {
    const { ledger, model } = family()
    ledger.commit(signedEvent(model, 'offered', { org: 2, nonce: 2, details: { to: 'org04' } }))
    ledger.commit(signedEvent(model, 'accepted', { org: 3, nonce: 1 }))
    const { subject } = verdictOf(ledger, model)
    assert.deepEqual([subject.organisation, subject.artefact?.owner], ['org03', 'org04'])
  })

  it('says that it was made with a forbidden architecture', () => {
    const ledger = new SampleLedger()
    const architectureRules = [{ id: 'no-split', rule: 'forbids', kind: 'split' }] as const
    Object.assign(ledger, { genesis: declaring({ architectureRules }) })
    const components = [componentOf('split')]
    const pipeline = signedPipeline({ org: 0, name: 'line', more: { components } })
    const model = signedModel({ org: 1, more: { pipeline: referenceTo(pipeline) } })
    ledger.commit(pipeline, model)
    assert.equal(verdictOf(ledger, model).subject.artefact?.invalid, pipeline.id)
  })
})
