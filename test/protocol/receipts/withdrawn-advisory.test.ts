import assert from 'node:assert/strict'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { buildReceipt } from '../../../protocol/receipts/build-receipt.ts'
import { verifyReceiptUnder } from '../../../protocol/receipts/verify-receipt.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { accepted, signedAdvisory, signedWithdrawal } from '../../support/records.ts'
import { SampleLedger } from '../queries/sample-ledger.ts'
import { type MutableReceipt, openReceipt } from './sample-receipts.ts'

/** Two advisories of org02; the first one is withdrawn in block 2. */
function warned() {
  const ledger = new SampleLedger()
  const advisory = signedAdvisory({ org: 1, nonce: 1 })
  const other = signedAdvisory({ org: 1, nonce: 2 })
  const withdrawal = signedWithdrawal(advisory, { org: 1, nonce: 3, reason: 'a false alarm' })
  ledger.commit(advisory, other)
  const before = receiptOf(ledger, advisory)
  const { timeMs } = ledger.commit(withdrawal)
  return { ledger, advisory, other, withdrawal, before, timeMs }
}

function receiptOf({ reader, genesis }: SampleLedger, { id }: LedgerRecord) {
  return openReceipt(accepted(buildReceipt(reader, id, { genesis, ancestors: true })))
}

const world = warned()
const { ledger, advisory, other, withdrawal, before, timeMs } = world

function verify(receipt: MutableReceipt) {
  return verifyReceiptUnder(canonicalJson(receipt), ledger.genesis, verifySignature)
}

/** The refusal of the receipt of what was withdrawn, after someone changed it; else `accepted`. */
function tampered(change: (receipt: MutableReceipt) => void): string {
  const receipt = receiptOf(ledger, advisory)
  change(receipt)
  const verdict = verify(receipt)
  return isRejection(verdict) ? verdict.rejected : 'accepted'
}

describe('a receipt of an advisory', () => {
  it('proves offline that it was withdrawn, by whom, when and why', () => {
    const { withdrawn, records } = accepted(verify(receiptOf(ledger, advisory)))
    assert.deepEqual(withdrawn, {
      record: withdrawal.id,
      reason: 'a false alarm',
      signer: 'person2',
      organisation: 'org02',
      height: 2,
      timeMs,
    })
    assert.deepEqual(
      records.map(({ id }) => id),
      [advisory.id, withdrawal.id],
    )
  })

  it('proves that it still warns, as of its block', () => {
    assert.equal(accepted(verify(receiptOf(ledger, other))).withdrawn, undefined)
    const { withdrawn, asOf } = accepted(verify(before))
    assert.deepEqual([withdrawn, asOf.height], [undefined, 1])
  })

  it('still proves the withdrawal when its record was taken out', () => {
    const receipt = receiptOf(ledger, advisory)
    receipt.records = receipt.records.slice(0, 1)
    assert.deepEqual(accepted(verify(receipt)).withdrawn, { record: withdrawal.id })
  })

  it('is refused when what was withdrawn claims to warn', () => {
    const outcome = tampered((receipt) => {
      delete receipt.records[0]?.advisory?.state.withdrawnBy
      receipt.records = receipt.records.slice(0, 1)
    })
    assert.equal(outcome, 'bad-proof')
  })

  it('is refused without its state, with that of another one, and with one of before', () => {
    const borrowed = [
      undefined,
      receiptOf(ledger, other).records[0]?.advisory,
      before.records[0]?.advisory,
    ]
    for (const state of borrowed) {
      const outcome = tampered((receipt) => {
        const [item] = receipt.records
        assert.ok(item?.advisory !== undefined)
        if (state === undefined) delete item.advisory
        else item.advisory = state
      })
      assert.equal(outcome, 'bad-proof')
    }
  })

  it('is refused with a withdrawal of another one, and with a state for what has none', () => {
    const foreign = tampered((receipt) => {
      const [, item] = receipt.records
      const [own] = receiptOf(ledger, other).records
      receipt.records = [own, item].flatMap((each) => each ?? [])
    })
    assert.equal(foreign, 'malformed')
    const stray = tampered((receipt) => {
      const [own, item] = receipt.records
      if (own?.advisory && item) item.advisory = own.advisory
    })
    assert.equal(stray, 'malformed')
  })
})
