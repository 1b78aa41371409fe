import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'
import { buildReceipt } from '../../../protocol/receipts/build-receipt.ts'
import { verifyReceiptContent } from '../../../protocol/receipts/verdict.ts'
import { verifyReceipt } from '../../../protocol/receipts/verify-receipt.ts'
import { verifySignature } from '../../../protocol/records/ed25519.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { accepted, signedDataset, signedKey } from '../../support/records.ts'
import { SampleLedger } from '../queries/sample-ledger.ts'
import { family, genesis, genesisBytes, reader, receiptOf, verify } from './sample-receipts.ts'

describe('a receipt', () => {
  it('proves who signed what, when, and on whose word', () => {
    const bytes = receiptOf(family.child.id)
    const verdict = accepted(verifyReceipt(bytes, genesisBytes, verifySignature))
    assert.equal(verdict.chain, genesis.chain)
    assert.equal(verdict.network, 'test')
    assert.equal(verdict.asOf.height, 4)
    assert.equal(verdict.asOf.logSize, 6)
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
    assert.deepEqual(verdict.subject.artefact?.datasets, [family.digits.id])
    assert.deepEqual(verdict.subject.artefact?.parents, [family.base.id])
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
    assert.deepEqual(verdict.subject.happened, { artefact: family.photos.id, event: 'retired' })
    assert.deepEqual(
      verdict.records.map(({ id }) => id),
      [family.retirement.id, family.photos.id],
    )
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
