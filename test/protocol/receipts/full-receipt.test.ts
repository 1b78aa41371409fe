import assert from 'node:assert/strict'
import { base64Encode } from '../../../protocol/encoding/base64.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { accepted, signedEvent, signedPhase } from '../../support/records.ts'
import { type MutableReceipt, openReceipt } from './sample-receipts.ts'
import { fullReceipt, toldModel, verifyFull } from './told-model.ts'

const told = toldModel()
const { ledger, model, training, corrected, recall, approvals, said } = told
const idsOf = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id)

/** What is proven, or refused, after someone changed the receipt of the model. */
function tampered(change: (receipt: MutableReceipt) => void) {
  const receipt = openReceipt(fullReceipt(ledger, model.id))
  change(receipt)
  const authors = new Set(receipt.records.map(({ envelope }) => authorOf(envelope)))
  receipt.keys = receipt.keys.filter(({ did }) => authors.has(did))
  return verifyFull(ledger, canonicalJson(receipt))
}

function authorOf(envelope: string): string {
  const { payload } = JSON.parse(Buffer.from(envelope, 'base64').toString()) as { payload: string }
  const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
    predicate: { ledger: { author: string } }
  }
  return statement.predicate.ledger.author
}

const isOf = (record: LedgerRecord) => {
  const envelope = base64Encode(record.envelope)
  return (item: { readonly envelope: string }) => item.envelope === envelope
}
const without = (record: LedgerRecord) => (receipt: MutableReceipt) => {
  receipt.records = receipt.records.filter((item) => !isOf(record)(item))
}
const refusal = (change: (receipt: MutableReceipt) => void) => {
  const verdict = tampered(change)
  return isRejection(verdict) ? verdict.rejected : 'accepted'
}
const storyAfter = (change: (receipt: MutableReceipt) => void) => {
  const { story } = accepted(tampered(change))
  assert.ok(story !== undefined)
  return story
}

describe('a full receipt', () => {
  const { story, ancestry, recalls } = accepted(verifyFull(ledger, fullReceipt(ledger, model.id)))

  it('brings everything that was said of the artefact, and proves that it is all', () => {
    assert.ok(story !== undefined)
    assert.deepEqual(idsOf(story.records), idsOf(said))
    assert.deepEqual([story.said, story.complete], [6, true])
    assert.equal(ancestry.closed, true)
    assert.deepEqual(idsOf(recalls.map(({ record }) => ({ id: record }))), [recall.id])
  })

  it('tells who signed which phase, what was corrected, and which phases nobody signed', () => {
    const phases = story?.records.filter(({ type }) => type === 'phase') ?? []
    assert.deepEqual(
      phases.map(({ subtype, signer, organisation, supersededBy }) => [
        subtype,
        signer,
        organisation,
        supersededBy,
      ]),
      [
        ['requirements', 'person2', 'org02', undefined],
        ['training', 'person2', 'org02', corrected.id],
        ['training', 'person2', 'org02', undefined],
      ],
    )
    assert.equal(story?.missingPhases?.length, 7)
    assert.ok(!story?.missingPhases?.includes('training'))
  })

  it('proves what became of a recall, and who approved it', () => {
    const found = story?.records.find(({ id }) => id === recall.id)
    assert.equal(found?.outcome, 'in-force')
    assert.deepEqual(idsOf(found?.approvals ?? []), idsOf(approvals))
  })

  it('says nothing of what was said of others: not of ancestors, not of siblings', () => {
    const ids = idsOf(accepted(verifyFull(ledger, fullReceipt(ledger, model.id))).records)
    assert.ok(!ids.includes(told.ofSibling.id))
    const own = accepted(verifyFull(ledger, fullReceipt(ledger, told.digits.id)))
    assert.deepEqual([own.story?.said, own.story?.complete], [0, true])
  })

  it('of a recall brings its approvals', () => {
    const { records } = accepted(verifyFull(ledger, fullReceipt(ledger, recall.id)))
    assert.deepEqual(idsOf(records), idsOf([recall, told.digits, model, ...approvals]))
  })

  it('of the phase monitoring brings its thresholds as the state has them', () => {
    const { ledger: own, model: deployed } = toldModel()
    const thresholds = [{ field: 'f1', min: 0.9, unit: 'none' }]
    const phase = signedPhase(deployed, 'monitoring', {
      org: 1,
      nonce: 90,
      content: { thresholds },
    })
    own.commit(phase)
    const bytes = fullReceipt(own, phase.id)
    const [item] = openReceipt(bytes).records
    assert.deepEqual(item?.phase?.state.thresholds, [{ field: 'f1', min: 0.9 }])
    assert.equal(accepted(verifyFull(own, bytes)).subject.id, phase.id)
  })

  it('is not a plain one, which admits how much it leaves out', () => {
    const plain = accepted(verifyFull(ledger, fullReceipt(ledger, model.id, false)))
    assert.deepEqual([plain.story?.said, plain.story?.complete], [6, false])
    assert.deepEqual(idsOf(plain.story?.records ?? []), [recall.id])
  })
})

describe('a full receipt that was tampered with', () => {
  it('admits that something is missing, whatever is left out', () => {
    for (const record of said) {
      if (record === recall) continue
      const { complete, records } = storyAfter(without(record))
      assert.deepEqual([complete, records.length], [false, said.length - 1], record.type)
    }
    assert.equal(storyAfter(without(approvals[1] as LedgerRecord)).complete, false)
  })

  it('shows a phase as corrected also when its correction was left out', () => {
    const { records, complete } = storyAfter(without(corrected))
    assert.equal(records.find(({ id }) => id === training.id)?.supersededBy, corrected.id)
    assert.equal(complete, false)
  })

  it('is refused when a corrected phase claims to be current', () => {
    const outcome = refusal((receipt) => {
      const item = receipt.records.find(isOf(training))
      assert.ok(item?.phase?.state.correctedBy !== undefined)
      const { correctedBy: _, ...state } = item.phase.state
      item.phase.state = state
    })
    assert.equal(outcome, 'bad-proof')
  })

  it('is refused when what the state says of a phase, or of a recall, was taken out', () => {
    for (const [record, kind] of [[training, 'phase'] as const, [recall, 'proposal'] as const]) {
      const outcome = refusal((receipt) => {
        delete receipt.records.find(isOf(record))?.[kind]
      })
      assert.equal(outcome, 'bad-proof')
    }
  })

  it('is refused when a phase borrows the state of another one', () => {
    const outcome = refusal((receipt) => {
      const [from, to] = [
        receipt.records.find(isOf(corrected)),
        receipt.records.find(isOf(training)),
      ]
      assert.ok(from?.phase !== undefined && to?.phase !== undefined)
      to.phase = from.phase
    })
    assert.equal(outcome, 'bad-proof')
  })

  it('is refused when an event claims a state that only phases have', () => {
    const outcome = refusal((receipt) => {
      const from = receipt.records.find(isOf(training))
      const event = receipt.records.find(isOf(said[3] as LedgerRecord))
      assert.ok(from?.phase !== undefined && event !== undefined)
      event.phase = from.phase
    })
    assert.equal(outcome, 'malformed')
  })

  it('is refused with a phase of another artefact smuggled in', () => {
    const other = openReceipt(fullReceipt(ledger, told.sibling.id))
    const smuggled = other.records.find(isOf(told.ofSibling))
    assert.ok(smuggled !== undefined)
    const outcome = refusal((receipt) => {
      receipt.records = [...receipt.records, smuggled].sort((a, b) => a.logIndex - b.logIndex)
      const at = receipt.records.findIndex(isOf(model))
      receipt.records.unshift(...receipt.records.splice(at, 1))
    })
    assert.equal(outcome, 'malformed')
  })

  it('is refused with an approval whose proposal was left out', () => {
    const outcome = refusal((receipt) => {
      without(recall)(receipt)
    })
    assert.equal(outcome, 'malformed')
  })

  it('is refused when its order was changed', () => {
    const outcome = refusal((receipt) => {
      const [subject, ...others] = receipt.records
      if (subject !== undefined) receipt.records = [subject, ...others.toReversed()]
    })
    assert.equal(outcome, 'not-canonical')
  })

  it('is refused when one record stands twice, in place of one that was left out', () => {
    for (const twice of [training, recall, approvals[0] as LedgerRecord]) {
      for (const shift of [0, 1]) {
        const outcome = refusal((receipt) => {
          without(said[3] as LedgerRecord)(receipt)
          const at = receipt.records.findIndex(isOf(twice))
          const item = receipt.records[at]
          assert.ok(item !== undefined)
          const again = { ...item, logIndex: item.logIndex + shift }
          const next = receipt.records[at + 1]
          if (shift === 1 && next?.logIndex === again.logIndex) receipt.records.splice(at + 1, 1)
          receipt.records.splice(at + 1, 0, again)
        })
        assert.equal(outcome, shift === 0 ? 'not-canonical' : 'bad-proof', twice.type)
      }
    }
    const outcome = refusal((receipt) => {
      const [subject] = receipt.records
      assert.ok(subject !== undefined)
      receipt.records.push(subject)
    })
    assert.equal(outcome, 'malformed')
  })

  it('is refused with a record that is newer than its header', () => {
    const { ledger: later, model: target } = toldModel()
    const before = openReceipt(fullReceipt(later, target.id))
    later.commit(
      signedEvent(target, 'evaluated', { org: 1, nonce: 900, details: { metric: 'f1', value: 1 } }),
    )
    const newest = openReceipt(fullReceipt(later, target.id)).records.at(-1)
    assert.ok(newest !== undefined)
    before.records.push(newest)
    const verdict = verifyFull(later, canonicalJson(before))
    assert.ok(isRejection(verdict) && verdict.rejected === 'bad-proof')
  })

  it('is refused when it counts fewer records than it has', () => {
    const outcome = refusal((receipt) => {
      const [subject] = receipt.records
      if (subject?.artefact) subject.artefact.state = { ...subject.artefact.state, said: 5 }
    })
    assert.equal(outcome, 'bad-proof')
  })

  it('does not pass for a later one', () => {
    const { ledger: later, model: target } = toldModel()
    const before = openReceipt(fullReceipt(later, target.id))
    later.commit(
      signedEvent(target, 'evaluated', { org: 1, nonce: 900, details: { metric: 'f1', value: 1 } }),
    )
    const now = openReceipt(fullReceipt(later, target.id))
    const [old] = before.records
    const [subject] = now.records
    assert.ok(old !== undefined && subject !== undefined)
    now.records = [
      { ...subject, ...(old.artefact && { artefact: old.artefact }) },
      ...now.records.slice(1, -1),
    ]
    const verdict = verifyFull(later, canonicalJson(now))
    assert.ok(isRejection(verdict) && verdict.rejected === 'bad-proof')
  })
})
