import assert from 'node:assert/strict'
import { digestOf } from '../../../../protocol/digest.ts'
import { utf8Decode, utf8Encode } from '../../../../protocol/encoding/utf8.ts'
import type {
  DatasetPredicate,
  ModelPredicate,
} from '../../../../protocol/records/certificates/certificates.ts'
import { exportListing, importListing } from '../../../../protocol/records/listing/listing-1-1.ts'
import { listingOfModel } from '../../../../protocol/records/listing/listing-of-model.ts'
import type { Statement } from '../../../../protocol/records/statement.ts'
import { isRejection } from '../../../../protocol/rejection.ts'
import { accepted, edgeTo, signedDataset, signedModel } from '../../../support/records.ts'

const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
const DIGEST = digestOf(new Uint8Array(0))

const ALPHA = {
  'record-type': 'model',
  'model-name': 'Model Alpha',
  'model-id': '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c',
  'parent-model-name': 'None',
  'parent-model-id': 'None',
  'training-data-hash': DIGEST as string,
  'training-data-url': `ipfs://${CID}`,
  payload: 'exde4UOIQvV/f4bwZ59bhg==',
}

function importJson(value: unknown) {
  return importListing(utf8Encode(JSON.stringify(value, null, 2)))
}

describe('Listing 1.1', () => {
  it('reads a root of the family tree, whose parent is the string "None"', () => {
    assert.deepEqual(importJson(ALPHA), {
      modelName: 'Model Alpha',
      modelId: ALPHA['model-id'],
      parent: null,
      trainingDataHash: DIGEST,
      trainingDataCid: CID,
      payload: ALPHA.payload,
    })
  })

  it('writes exactly the eight kebab-case keys that it reads', () => {
    const child = {
      ...ALPHA,
      'parent-model-name': 'Model Beta',
      'parent-model-id': '402441d4-677f-4363-84aa-6f5a400a179c',
      'training-data-url': 'None',
    }
    for (const listing of [ALPHA, child]) {
      const text = utf8Decode(exportListing(accepted(importJson(listing)))) as string
      assert.deepEqual(JSON.parse(text), listing)
    }
  })

  const refusals: readonly (readonly [string, object, RegExp])[] = [
    [
      'a hash that is cut short',
      { 'training-data-hash': '3cf33bd19e5001e9c151fe8127632e9...' },
      /training-data-hash.*64 hex/,
    ],
    [
      'an id of 37 characters',
      { 'model-id': '402441d4-677f-4363-84aa-6f5a400a179cc' },
      /model-id.*UUID/,
    ],
    [
      'an invalid parent id',
      { 'parent-model-name': 'B', 'parent-model-id': 'x' },
      /parent-model-id.*UUID/,
    ],
    ['a parent name without an id', { 'parent-model-name': 'B' }, /parent-model-id.*None/],
    [
      'a parent id without a name',
      { 'parent-model-id': ALPHA['model-id'] },
      /parent-model-id.*None/,
    ],
    [
      'an ipfs address that is no CID',
      { 'training-data-url': 'ipfs://hl99h884pkragfmnlgxl' },
      /training-data-url.*CID/,
    ],
    [
      'another kind of address',
      { 'training-data-url': 'https://example.com' },
      /training-data-url/,
    ],
    ['a payload that is not base64', { payload: '***' }, /payload.*base64/],
    ['a payload with stray bits', { payload: 'AB==' }, /payload/],
    ['a name of two lines', { 'model-name': 'a\nb' }, /model-name/],
    ['null for a parent', { 'parent-model-id': null }, /parent-model-id/],
    ['an unknown key', { extra: 'x' }, /extra/],
  ]
  for (const [what, change, detail] of refusals) {
    it(`refuses ${what}`, () => {
      const result = importJson({ ...ALPHA, ...change })
      assert.ok(isRejection(result))
      assert.equal(result.rejected, 'schema-violation')
      assert.match(result.detail, detail)
    })
  }

  it('refuses other record types, broken JSON and oversized files by their own codes', () => {
    const codeOf = (result: unknown) => (isRejection(result) ? result.rejected : 'accepted')
    assert.equal(codeOf(importJson({ ...ALPHA, 'record-type': 'dataset' })), 'unknown-type')
    assert.equal(
      codeOf(importListing(utf8Encode(`${JSON.stringify(ALPHA).slice(0, -1)}1`))),
      'malformed',
    )
    assert.equal(codeOf(importListing(new Uint8Array(70_000))), 'too-large')
    assert.equal(codeOf(importJson({ ...ALPHA, payload: undefined })), 'schema-violation')
  })

  describe('of a model on the ledger', () => {
    const dataset = signedDataset({ artefact: { share: 'members', cid: CID } })
    const base = signedModel({ datasets: [edgeTo(dataset)], artefact: { title: 'Model Alpha' } })
    const child = signedModel({
      name: 'child',
      datasets: [edgeTo(dataset)],
      parents: [{ ...edgeTo(base), relation: 'finetune' }],
    })
    const predicate = (record: typeof base) => record.statement.predicate as ModelPredicate
    const sources = { dataset: dataset.statement as Statement<DatasetPredicate> }

    it('names the data by hash and address and the parent by name and id', () => {
      const listing = accepted(
        listingOfModel({ ...sources, model: predicate(child), parent: predicate(base) }),
      )
      assert.equal(listing.modelName, 'child')
      assert.deepEqual(listing.parent, { modelName: 'Model Alpha', modelId: ALPHA['model-id'] })
      assert.equal(listing.trainingDataCid, CID)
      assert.deepEqual(importListing(exportListing(listing)), listing)
    })

    it('is refused where the listing has no room for all edges', () => {
      const two = {
        ...predicate(child),
        datasets: [...predicate(child).datasets, ...predicate(child).datasets],
      }
      assert.ok(isRejection(listingOfModel({ ...sources, model: two, parent: predicate(base) })))
      assert.ok(isRejection(listingOfModel({ ...sources, model: predicate(child), parent: null })))
    })
  })
})
