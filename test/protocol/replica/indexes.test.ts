import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestBytes } from '../../../protocol/digest.ts'
import { utf8Decode } from '../../../protocol/encoding/utf8.ts'
import { decodePosition, encodePosition, indexWrites } from '../../../protocol/replica/indexes.ts'
import { storageKey } from '../../../protocol/storage-keys.ts'
import { testPerson } from '../../support/keys.ts'
import { edgeTo, signedDataset, signedModel, signedRetirement } from '../../support/records.ts'

const POSITION = { height: 5, indexInBlock: 2, logIndex: 40, timeMs: 1_760_000_000_000 }
const data = signedDataset({ name: 'digits' })

describe('the position of a record', () => {
  it('survives its bytes', () => {
    const number = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const indexInBlock = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const position = fc.record(
      { height: number, indexInBlock, logIndex: number, timeMs: number },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(position, (at) => assert.deepEqual(decodePosition(encodePosition(at)), at)),
    )
  })

  it('of other bytes is our own bug', () => {
    assert.throws(() => decodePosition(new Uint8Array(27)), { name: 'InvariantError' })
  })
})

describe('the index entries of a record', () => {
  it('lead from position, nonce, order, name and digest to a dataset', () => {
    const id = digestBytes(data.id)
    assert.deepEqual(indexWrites(data, POSITION, 'org01'), [
      { key: storageKey.record(data.id), value: encodePosition(POSITION) },
      { key: storageKey.authorNonce(testPerson(0).did, 1), value: id },
      { key: storageKey.artefactOrder(40), value: id },
      { key: storageKey.name('org01', 'digits', 40), value: id },
      { key: storageKey.artefactDigest(edgeTo(data).digest, data.id), value: new Uint8Array() },
    ])
  })

  it('lead from the CIDs of a shared directory to it', () => {
    const [cid, manifestCid] = [`bafybei${'a'.repeat(52)}`, `bafkrei${'b'.repeat(51)}a`]
    const artefact = { form: 'directory', share: 'members', cid, manifestCid } as const
    const shared = signedDataset({ name: 'shared', artefact })
    const keys = indexWrites(shared, POSITION, 'org01').map(({ key }) => key)
    assert.ok(keys.includes(storageKey.artefactCid(cid, shared.id)))
    assert.ok(keys.includes(storageKey.artefactCid(manifestCid, shared.id)))
  })

  it('lead down from datasets and parents to a model', () => {
    const base = signedModel({ name: 'base' })
    const child = signedModel({
      name: 'child',
      datasets: [edgeTo(data), { kind: 'unknown', reason: 'a test' }],
      parents: [{ ...edgeTo(base), relation: 'adapter' }],
    })
    const down = indexWrites(child, POSITION, 'org01')
      .filter(({ key }) => key.startsWith('x/'))
      .map(({ key, value }) => [key, value && utf8Decode(value)])
    assert.deepEqual(down, [
      [storageKey.descendant(data.id, child.id), 'dataset'],
      [storageKey.descendant(base.id, child.id), 'adapter'],
    ])
  })

  it('lead from an artefact to the event of its life', () => {
    const retirement = signedRetirement(data, { nonce: 2 })
    const last = indexWrites(retirement, POSITION, 'org01').at(-1)
    assert.deepEqual(last, {
      key: storageKey.event(data.id, 40),
      value: digestBytes(retirement.id),
    })
  })
})
