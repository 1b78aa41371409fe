import assert from 'node:assert/strict'
import { RECEIPT_BYTES_MAX, RECEIPT_RECORDS_MAX } from '../../../protocol/limits.ts'
import { runQuery } from '../../../protocol/queries/query.ts'
import { receiptQuery } from '../../../protocol/receipts/build-receipt.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { accepted, signedEvent, signedModel, signedPhase } from '../../support/records.ts'
import { SampleLedger } from '../queries/sample-ledger.ts'
import { fullReceipt, verifyFull } from './told-model.ts'

const BLOCK_BYTES = 800_000

/** A model whose owner invited org02, which says more about it than a receipt holds. */
function flooded(count: number, say: (model: LedgerRecord, nonce: number) => LedgerRecord) {
  const ledger = new SampleLedger()
  const model = signedModel({ org: 0, nonce: 1, name: 'model' })
  const invited = signedEvent(model, 'invited', { org: 0, nonce: 2, details: { to: 'org02' } })
  const goal = signedPhase(model, 'requirements', {
    org: 0,
    nonce: 3,
    content: { goal: 'read digits' },
  })
  ledger.commit(model, invited, goal)
  const flood = Array.from({ length: count }, (_, i) => say(model, i + 1))
  const each = Math.floor(BLOCK_BYTES / (flood[0]?.envelope.length ?? 1))
  for (let at = 0; at < count; at += each) ledger.commit(...flood.slice(at, at + each))
  return { ledger, model, goal }
}

function refusal({ ledger, model }: ReturnType<typeof flooded>, full: boolean) {
  const { reader, genesis } = ledger
  const made = runQuery(receiptQuery(reader, model.id, { genesis, ancestors: true, full }), reader)
  return isRejection(made) ? made : undefined
}

/** What the owner of a flooded artefact still gets: all but the flood, and the number of what is missing. */
function checkPlain({ ledger, model, goal }: ReturnType<typeof flooded>, said: number): void {
  const plain = accepted(verifyFull(ledger, fullReceipt(ledger, model.id, false)))
  assert.deepEqual([plain.subject.id, plain.story?.said], [model.id, said])
  assert.equal(plain.story?.complete, false)
  const ofPhase = accepted(verifyFull(ledger, fullReceipt(ledger, goal.id, false)))
  assert.equal(ofPhase.subject.id, goal.id)
}

describe('a full receipt of an artefact about which too much was said', function () {
  this.timeout(120_000)

  it('is refused beyond the records that a receipt holds, and holds just as many', () => {
    const world = flooded(RECEIPT_RECORDS_MAX - 3, (model, nonce) =>
      signedPhase(model, 'features', { org: 1, nonce, decisions: ['none'] }),
    )
    assert.equal(refusal(world, true), undefined)
    world.ledger.commit(signedEvent(world.model, 'trained', { org: 0, nonce: 4 }))
    const { rejected, detail } = refusal(world, true) ?? {}
    assert.equal(rejected, 'too-large')
    assert.match(detail ?? '', /more than 10000 records/)
    assert.equal(refusal(world, false), undefined)
    checkPlain(world, RECEIPT_RECORDS_MAX)
  })

  it('is refused beyond the bytes that a receipt holds', () => {
    const decisions = Array.from({ length: 7 }, () => 'x'.repeat(6_400))
    const size = decisions.join('').length
    const count = Math.ceil(RECEIPT_BYTES_MAX / ((size * 16) / 9))
    const world = flooded(count, (model, nonce) =>
      signedPhase(model, 'training', { org: 1, nonce, decisions }),
    )
    const { rejected, detail } = refusal(world, true) ?? {}
    assert.equal(rejected, 'too-large')
    assert.match(detail ?? '', /67108864 bytes/)
    checkPlain(world, count + 2)
  })
})
