import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Digest } from '../../../protocol/digest.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { base64Decode, base64Encode } from '../../../protocol/encoding/base64.ts'
import { canonicalJson } from '../../../protocol/encoding/canonical-json.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { buildReceipt } from '../../../protocol/receipts/build-receipt.ts'
import type { Receipt } from '../../../protocol/receipts/receipt.ts'
import { verifyReceiptContent } from '../../../protocol/receipts/verdict.ts'
import { verifyReceipt } from '../../../protocol/receipts/verify-receipt.ts'
import { testGenesis } from '../../support/keys.ts'
import { accepted, signedDataset, signedKey } from '../../support/records.ts'
import { SampleLedger, sampleFamily } from '../queries/sample-ledger.ts'

type Mutable = {
  -readonly [K in keyof Receipt]: Receipt[K]
}

const family = sampleFamily()
const { genesis, genesisBytes, reader } = family.ledger

function receiptOf(id: Digest, ancestors = true): Uint8Array {
  return accepted(buildReceipt(reader, id, { genesis, ancestors }))
}

function verify(bytes: Uint8Array, trusted = genesisBytes) {
  return verifyReceipt(bytes, trusted, verifySignature)
}

/** The refusal of a receipt after someone changed it, or `accepted`. */
function tampered(change: (receipt: Mutable) => void, id = family.child.id): string {
  const receipt = JSON.parse(new TextDecoder().decode(receiptOf(id))) as Mutable
  change(receipt)
  const verdict = verify(canonicalJson(receipt))
  return isRejection(verdict) ? verdict.rejected : 'accepted'
}

function flip(base64: string, at: number): string {
  const bytes = base64Decode(base64) ?? new Uint8Array()
  bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1
  return base64Encode(bytes)
}

describe('a receipt', () => {
  it('proves who signed what, when, and on whose word', () => {
    const verdict = accepted(verify(receiptOf(family.child.id)))
    assert.equal(verdict.chain, genesis.chain)
    assert.equal(verdict.network, 'test')
    assert.equal(verdict.asOf.height, 4)
    assert.equal(verdict.asOf.logSize, 5)
    assert.deepEqual(verdict.committee, {
      members: 4,
      quorum: 3,
      signers: ['org01', 'org02', 'org03'],
    })
    assert.equal(verdict.subject.id, family.child.id)
    assert.equal(verdict.subject.organisation, 'org03')
    assert.equal(verdict.subject.signer, 'person3')
    assert.equal(verdict.subject.authorKey, 'valid')
    assert.equal(verdict.subject.height, 3)
    assert.equal(verdict.subject.artefact?.description.name, 'child')
  })

  it('brings all ancestors and says which ancestry is off the ledger', () => {
    const verdict = accepted(verify(receiptOf(family.child.id)))
    assert.deepEqual(
      verdict.records.map(({ artefact }) => artefact?.description.name),
      ['child', 'digits', 'photos', 'base'],
    )
    assert.deepEqual(verdict.ancestry.missing, [])
    assert.equal(verdict.ancestry.closed, true)
    assert.deepEqual(
      verdict.ancestry.unknown.map(({ kind }) => kind),
      ['parent', 'dataset'],
    )
  })

  it('shows that an ancestor was retired since', () => {
    const verdict = accepted(verify(receiptOf(family.child.id)))
    const photos = verdict.records.find(({ id }) => id === family.photos.id)
    assert.equal(photos?.artefact?.state, 'retired')
    assert.equal(photos?.artefact?.stateHeight, 4)
    assert.equal(verdict.subject.artefact?.state, 'registered')
  })

  it('names missing ancestors when they were left out', () => {
    const verdict = accepted(verify(receiptOf(family.child.id, false)))
    assert.equal(verdict.records.length, 1)
    assert.equal(verdict.ancestry.closed, false)
    assert.deepEqual(verdict.ancestry.missing, [family.digits.id, family.base.id].toSorted())
  })

  it('proves a retirement together with what it retires', () => {
    const verdict = accepted(verify(receiptOf(family.retirement.id)))
    assert.deepEqual(verdict.subject.retires, {
      artefact: family.photos.id,
      reason: 'consent withdrawn',
    })
    assert.deepEqual(verdict.records.map(({ id }) => id), [family.retirement.id, family.photos.id])
  })

  it('proves the registration of a key', () => {
    const ledger = new SampleLedger()
    const key = signedKey()
    ledger.commit(key)
    const bytes = accepted(buildReceipt(ledger.reader, key.id, { genesis, ancestors: true }))
    const verdict = accepted(verify(bytes))
    assert.equal(verdict.subject.type, 'key')
    assert.equal(verdict.subject.signer, 'admin')
  })

  it('is the same bytes each time it is made from one ledger', () => {
    assert.deepEqual(receiptOf(family.grandchild.id), receiptOf(family.grandchild.id))
  })

  it('is not made of a record that is not on the ledger', () => {
    const stranger = signedDataset({ org: 0, nonce: 9, name: 'stranger' })
    const refused = buildReceipt(reader, stranger.id, { genesis, ancestors: true })
    assert.ok(isRejection(refused) && refused.rejected === 'unknown-subject')
  })

  it('tells the bytes it speaks of from others', () => {
    const { subject } = accepted(verify(receiptOf(family.child.id)))
    assert.equal(verifyReceiptContent(subject, { sha256: digestOf(utf8Encode('child')) }), 'same')
    assert.equal(verifyReceiptContent(subject, { sha256: digestOf(utf8Encode('x')) }), 'different')
  })

  it('cannot decide on a salted digest without the salted digest of the bytes', () => {
    const ledger = new SampleLedger()
    const salted = digestOf(utf8Encode('salt and secret'))
    const secret = signedDataset({ name: 'secret', digest: { 'pedigree-salted-sha256': salted } })
    ledger.commit(secret)
    const bytes = accepted(buildReceipt(ledger.reader, secret.id, { genesis, ancestors: true }))
    const { subject } = accepted(verify(bytes))
    assert.equal(subject.artefact?.saltedSha256, salted)
    assert.equal(verifyReceiptContent(subject, { sha256: salted }), 'undecidable')
    const content = { sha256: digestOf(utf8Encode('secret')), saltedSha256: salted }
    assert.equal(verifyReceiptContent(subject, content), 'same')
  })
})

describe('a receipt that was tampered with', () => {
  it('is refused under another genesis', () => {
    const verdict = verify(receiptOf(family.child.id), testGenesis(5).bytes)
    assert.ok(isRejection(verdict) && verdict.rejected === 'wrong-chain')
  })

  it('is refused when it claims another genesis than its header', () => {
    const other = testGenesis(5)
    const receipt = JSON.parse(new TextDecoder().decode(receiptOf(family.child.id)))
    const verdict = verify(canonicalJson({ ...receipt, chain: other.genesis.chain }), other.bytes)
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
        if (photos?.artefact) photos.artefact.state = { ...photos.artefact.state, state: 'registered' }
      }),
      'bad-proof',
    )
  })

  it('is refused with a state proof of an older block', () => {
    const ledger = new SampleLedger()
    const item = signedDataset({ org: 0, nonce: 1, name: 'digits' })
    ledger.commit(item)
    const make = () => accepted(buildReceipt(ledger.reader, item.id, { genesis, ancestors: true }))
    const stale = JSON.parse(new TextDecoder().decode(make())) as Receipt
    ledger.commit(signedDataset({ org: 1, nonce: 1, name: 'more' }))
    const fresh = JSON.parse(new TextDecoder().decode(make())) as Mutable
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
    const receipt = JSON.parse(new TextDecoder().decode(receiptOf(family.child.id))) as Mutable
    receipt.records = receipt.records.filter(
      ({ envelope }) => envelope !== base64Encode(family.digits.envelope),
    )
    const verdict = accepted(verify(canonicalJson(receipt)))
    assert.deepEqual(verdict.ancestry.missing, [family.digits.id])
    assert.equal(verdict.ancestry.closed, false)
  })

  it('is refused with a true record that is not of the family', () => {
    const other = JSON.parse(new TextDecoder().decode(receiptOf(family.grandchild.id))) as Mutable
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
