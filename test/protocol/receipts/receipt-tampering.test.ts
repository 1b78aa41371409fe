import assert from 'node:assert/strict'
import fc from 'fast-check'
import { base64Decode, base64Encode } from '../../../protocol/encoding/base64.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { buildReceipt } from '../../../protocol/receipts/build-receipt.ts'
import type { Receipt } from '../../../protocol/receipts/receipt.ts'
import { verifyReceipt, verifyReceiptUnder } from '../../../protocol/receipts/verify-receipt.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testGenesis } from '../../support/keys.ts'
import { accepted, signedDataset } from '../../support/records.ts'
import { SampleLedger } from '../queries/sample-ledger.ts'
import {
  family,
  genesis,
  type MutableReceipt,
  openReceipt,
  reader,
  receiptOf,
  verify,
} from './sample-receipts.ts'

/** The refusal of a receipt after someone changed it, or `accepted`. */
function tampered(change: (receipt: MutableReceipt) => void, id = family.child.id): string {
  const receipt = openReceipt(receiptOf(id))
  change(receipt)
  const verdict = verify(canonicalJson(receipt))
  return isRejection(verdict) ? verdict.rejected : 'accepted'
}

function flip(base64: string, at: number): string {
  const bytes = base64Decode(base64) ?? new Uint8Array()
  bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1
  return base64Encode(bytes)
}

describe('a receipt that was tampered with', () => {
  it('is refused under another genesis', () => {
    const bytes = receiptOf(family.child.id)
    const verdict = verifyReceipt(bytes, testGenesis(5).bytes, verifySignature)
    assert.ok(isRejection(verdict) && verdict.rejected === 'wrong-chain')
  })

  it('is refused when it claims another genesis than its header', () => {
    const other = testGenesis(5)
    const receipt = openReceipt(receiptOf(family.child.id))
    const bytes = canonicalJson({ ...receipt, chain: other.genesis.chain })
    const verdict = verifyReceipt(bytes, other.bytes, verifySignature)
    assert.ok(isRejection(verdict) && verdict.rejected === 'wrong-chain')
  })

  it('is refused with a signer dropped', () => {
    const dropped = tampered((receipt) => {
      const bytes = base64Decode(receipt.proof) ?? new Uint8Array()
      const bitmapAt = bytes.length - 3 * 64 - 1
      bytes[bitmapAt] = 0b011
      receipt.proof = base64Encode(bytes.subarray(0, bytes.length - 64))
    })
    assert.equal(dropped, 'bad-commit-proof')
  })

  it('is refused with a signer that did not sign', () => {
    const replaced = tampered((receipt) => {
      const bytes = base64Decode(receipt.proof) ?? new Uint8Array()
      bytes[bytes.length - 3 * 64 - 1] = 0b1011
      receipt.proof = base64Encode(bytes)
    })
    assert.equal(replaced, 'bad-commit-proof')
  })

  it('is refused with a commit signature changed', () => {
    assert.equal(
      tampered((receipt) => {
        receipt.proof = flip(receipt.proof, -1)
      }),
      'bad-commit-proof',
    )
  })

  it('is refused with the proof of an earlier block', () => {
    const earlier = reader.get(`p/${'3'.padStart(16, '0')}`) ?? new Uint8Array()
    assert.equal(
      tampered((receipt) => {
        receipt.proof = base64Encode(earlier)
      }),
      'bad-commit-proof',
    )
  })

  it('is refused with a header changed', () => {
    assert.equal(
      tampered((receipt) => {
        receipt.header = flip(receipt.header, 60)
      }),
      'bad-commit-proof',
    )
  })

  it('is refused with the envelope of another record in its place', () => {
    assert.equal(
      tampered((receipt) => {
        const [subject, other] = receipt.records
        if (subject && other) subject.envelope = other.envelope
      }),
      'bad-proof',
    )
  })

  it('is refused with an envelope that its author did not sign', () => {
    const forged = signedDataset({ org: 0, nonce: 1, name: 'digits', description: 'forged' })
    assert.equal(
      tampered((receipt) => {
        const [subject] = receipt.records
        if (subject) subject.envelope = base64Encode(forged.envelope)
      }, family.digits.id),
      'bad-proof',
    )
  })

  it('is refused when a record on the ledger carries a bad signature of its author', () => {
    const bytes = receiptOf(family.digits.id)
    const author = family.digits.check.key
    const verdict = verifyReceiptUnder(
      bytes,
      genesis,
      (check) => check.key.join() !== author.join(),
    )
    assert.ok(isRejection(verdict) && verdict.rejected === 'bad-signature')
  })

  it('is refused with another time or place in the log', () => {
    const shifts: ((record: Receipt['records'][number]) => void)[] = [
      (record) => (record.height -= 1),
      (record) => (record.timeMs -= 1),
      (record) => (record.logIndex += 1),
      (record) => record.path.pop(),
    ]
    for (const shift of shifts) {
      const outcome = tampered((receipt) => receipt.records[0] && shift(receipt.records[0]))
      assert.equal(outcome, 'bad-proof')
    }
  })

  it('is refused with the state that an artefact had before its retirement', () => {
    assert.equal(
      tampered((receipt) => {
        const photos = receipt.records.find(({ artefact }) => artefact?.state.state === 'retired')
        if (photos?.artefact)
          photos.artefact.state = { ...photos.artefact.state, state: 'registered' }
      }),
      'bad-proof',
    )
  })

  it('is refused with a state proof of an older block', () => {
    const ledger = new SampleLedger()
    const item = signedDataset({ org: 0, nonce: 1, name: 'digits' })
    ledger.commit(item)
    const make = () => accepted(buildReceipt(ledger.reader, item.id, { genesis, ancestors: true }))
    const stale = openReceipt(make())
    ledger.commit(signedDataset({ org: 1, nonce: 1, name: 'more' }))
    const fresh = openReceipt(make())
    assert.ok(!isRejection(verify(canonicalJson(fresh))))
    fresh.keys = stale.keys
    const verdict = verify(canonicalJson(fresh))
    assert.ok(isRejection(verdict) && verdict.rejected === 'bad-proof')
  })

  it('is refused without the state of an artefact or the history of a key', () => {
    assert.equal(
      tampered((receipt) => {
        delete receipt.records[0]?.artefact
      }),
      'bad-proof',
    )
    assert.equal(
      tampered((receipt) => {
        receipt.keys = receipt.keys.slice(1)
      }),
      'bad-proof',
    )
  })

  it('is refused with another name or organisation for a key', () => {
    assert.equal(
      tampered((receipt) => {
        const [key] = receipt.keys
        if (key) key.history = { ...key.history, organisation: 'org04' }
      }),
      'bad-proof',
    )
  })

  it('says which ancestors someone took out', () => {
    const receipt = openReceipt(receiptOf(family.child.id))
    receipt.records = receipt.records.filter(
      ({ envelope }) => envelope !== base64Encode(family.digits.envelope),
    )
    const verdict = accepted(verify(canonicalJson(receipt)))
    assert.deepEqual(verdict.ancestry.missing, [family.digits.id])
    assert.equal(verdict.ancestry.closed, false)
  })

  it('is refused with a true record that is not of the family', () => {
    const other = openReceipt(receiptOf(family.grandchild.id))
    other.records = [other.records[1], other.records[0]].flatMap((record) => record ?? [])
    const authors = new Set(['org01', 'org04'])
    other.keys = other.keys.filter(({ history }) => authors.has(history.organisation))
    const verdict = verify(canonicalJson(other))
    assert.ok(isRejection(verdict) && verdict.rejected === 'malformed', JSON.stringify(verdict))
  })

  it('is refused out of order, doubled, with a foreign field, or of another version', () => {
    const swap = tampered((receipt) => {
      const [subject, a, b, ...rest] = receipt.records
      if (subject && a && b) receipt.records = [subject, b, a, ...rest]
    })
    assert.equal(swap, 'not-canonical')
    const doubled = tampered((receipt) => {
      receipt.records = receipt.records.flatMap((item, i) => (i === 0 ? [item, item] : [item]))
    })
    assert.equal(doubled, 'malformed')
    assert.equal(
      tampered((receipt) => Object.assign(receipt, { note: 'trust me' })),
      'schema-violation',
    )
    assert.equal(
      tampered((receipt) => Object.assign(receipt, { format: 'pedigree-receipt/2' })),
      'unknown-version',
    )
    assert.equal(
      tampered((receipt) => Object.assign(receipt, { committeeChanges: ['x'] })),
      'schema-violation',
    )
  })

  it('is refused or says the same, whatever single byte is changed', () => {
    const bytes = receiptOf(family.digits.id)
    const expected = JSON.stringify(accepted(verify(bytes)))
    const property = fc.property(
      fc.nat({ max: bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, mask) => {
        const mutated = Uint8Array.from(bytes)
        mutated[at] = (mutated[at] ?? 0) ^ mask
        const verdict = verify(mutated)
        if (!isRejection(verdict)) assert.equal(JSON.stringify(verdict), expected)
      },
    )
    fc.assert(property, { numRuns: 1_000 })
  })

  it('is refused at every place where one bit of one character is changed', () => {
    const bytes = receiptOf(family.digits.id)
    for (let at = 0; at < bytes.length; at += 1) {
      const mutated = Uint8Array.from(bytes)
      mutated[at] = (mutated[at] ?? 0) ^ 1
      assert.ok(isRejection(verify(mutated)), `byte ${at}`)
    }
  })

  it('never makes the verifier throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8Encode)), (bytes) => {
        assert.ok(isRejection(verify(bytes)))
      }),
    )
  })
})
