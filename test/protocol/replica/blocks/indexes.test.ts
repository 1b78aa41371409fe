import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestBytes } from '../../../../protocol/digest.ts'
import { utf8Decode } from '../../../../protocol/encoding/utf8.ts'
import { isCertificate, type LedgerRecord } from '../../../../protocol/records/record.ts'
import {
  decodeFamilyEntry,
  encodeFamilyEntry,
  familyEntry,
} from '../../../../protocol/replica/blocks/family-entry.ts'
import { indexWrites } from '../../../../protocol/replica/blocks/indexes.ts'
import {
  decodePosition,
  encodePosition,
} from '../../../../protocol/replica/blocks/record-position.ts'
import { storageKey } from '../../../../protocol/storage-keys.ts'
import { testKey, testPerson } from '../../../support/keys.ts'
import {
  edgeTo,
  signedAdvisory,
  signedArtefact,
  signedDataset,
  signedKey,
  signedModel,
  signedPhase,
  signedRecall,
  signedRetirement,
  signedStatus,
} from '../../../support/records.ts'

const POSITION = { height: 5, indexInBlock: 2, logIndex: 40, timeMs: 1_760_000_000_000 }
const AUTHOR = { organisation: 'org01', name: 'person1' }
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

function entryOf(record: LedgerRecord): Uint8Array {
  assert.ok(isCertificate(record))
  return encodeFamilyEntry(familyEntry(record, POSITION, AUTHOR))
}

describe('the index entries of a record', () => {
  it('lead from position, nonce, order, name and digest to a dataset', () => {
    const id = digestBytes(data.id)
    assert.deepEqual(indexWrites(data, POSITION, AUTHOR), [
      { key: storageKey.record(data.id), value: encodePosition(POSITION) },
      { key: storageKey.authorNonce(testPerson(0).did, 1), value: id },
      { key: storageKey.artefactOrder(40), value: id },
      { key: storageKey.name('org01', 'digits', 40), value: id },
      { key: storageKey.artefactDigest(edgeTo(data).digest, data.id), value: new Uint8Array() },
      { key: storageKey.family(data.id), value: entryOf(data) },
    ])
  })

  it('lead from the CIDs of a shared directory to it', () => {
    const [cid, manifestCid] = [`bafybei${'a'.repeat(52)}`, `bafkrei${'b'.repeat(51)}a`]
    const artefact = { form: 'directory', share: 'members', cid, manifestCid } as const
    const shared = signedDataset({ name: 'shared', artefact })
    const keys = indexWrites(shared, POSITION, AUTHOR).map(({ key }) => key)
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
    const down = indexWrites(child, POSITION, AUTHOR)
      .filter(({ key }) => key.startsWith('x/'))
      .map(({ key, value }) => [key, value && utf8Decode(value)])
    assert.deepEqual(down, [
      [storageKey.descendant(data.id, child.id), 'dataset'],
      [storageKey.descendant(base.id, child.id), 'adapter'],
    ])
  })

  it('keep what a family tree needs of a certificate, and cut what is long in it', () => {
    const how = 'observed' as const
    const child = signedModel({
      org: 1,
      name: 'child',
      datasets: [
        {
          ...edgeTo(data),
          how,
          subset: { kind: 'files', digest: edgeTo(data).digest, count: 4_800, of: 5_012 },
        },
        { kind: 'unknown', reason: '🧠'.repeat(300), how },
      ],
      parents: [{ kind: 'external', uri: 'hf://openai/clip', relation: 'distilled' }],
    })
    const write = indexWrites(child, POSITION, AUTHOR).find(({ key }) => key.startsWith('g/'))
    assert.ok(write?.value)
    const { edges, unknown, ...rest } = decodeFamilyEntry(write.value)
    assert.deepEqual(rest, {
      type: 'model',
      name: 'child',
      version: '1',
      organisation: 'org01',
      signer: 'person1',
      author: testPerson(1).did,
      digest: edgeTo(child).digest,
      height: 5,
      logIndex: 40,
    })
    const subset = { kind: 'files', digest: edgeTo(data).digest, count: 4_800, of: 5_012 }
    assert.deepEqual(edges, [{ record: data.id, kind: 'dataset', how, subset }])
    const [unknownData, parent] = unknown
    assert.ok(unknownData?.kind === 'dataset')
    assert.deepEqual(Array.from(unknownData.reason).length, 256)
    assert.deepEqual(parent, { kind: 'parent', uri: 'hf://openai/clip', relation: 'distilled' })
  })

  it('keep the type that the network declared, under its own name', () => {
    const notebook = signedArtefact('notebook', {
      more: { inputs: [edgeTo(data), { kind: 'unknown', reason: 'typed by hand' }] },
    })
    const { type, edges, unknown } = decodeFamilyEntry(entryOf(notebook))
    assert.equal(type, 'notebook')
    assert.deepEqual(edges, [{ record: data.id, kind: 'input' }])
    assert.deepEqual(unknown, [{ kind: 'input', reason: 'typed by hand' }])
  })

  it('lead from an artefact to the event of its life', () => {
    const retirement = signedRetirement(data, { nonce: 2 })
    const last = indexWrites(retirement, POSITION, AUTHOR).at(-1)
    assert.deepEqual(last, {
      key: storageKey.event(data.id, 40),
      value: digestBytes(retirement.id),
    })
  })

  it('lead from a model to its phases alone', () => {
    const phase = signedPhase(data, 'requirements', { nonce: 2, content: { goal: 'read' } })
    const [found] = indexWrites(phase, POSITION, AUTHOR).filter(({ key }) => key.startsWith('j/'))
    assert.deepEqual(found, { key: storageKey.phase(data.id, 40), value: digestBytes(phase.id) })
  })

  it('lead from the name of a person to the key that a record registered', () => {
    const { did } = testKey(90_001)
    const registered = indexWrites(signedKey({ key: 90_001 }), POSITION, AUTHOR)
    assert.deepEqual(registered.at(-1), {
      key: storageKey.person('org01', 'grace', did),
      value: new Uint8Array(),
    })
  })

  it('lead from a package to what was made with it, and back, under one spelling', () => {
    const purls = ['pkg:pypi/Scikit_Learn@1.2.0', 'pkg:pypi/scikit-learn@1.2.0?a=b']
    const made = signedDataset({ more: { software: purls.map((purl) => ({ purl })) } })
    const normal = 'pkg:pypi/scikit-learn@1.2.0'
    const keys = indexWrites(made, POSITION, AUTHOR).map(({ key }) => key)
    assert.deepEqual(
      keys.filter((key) => key.startsWith('u/') || key.startsWith('o/')),
      [storageKey.software(normal, made.id), storageKey.softwareOf(made.id, normal)],
    )
    const content = { hyperparameters: {}, software: [{ purl: normal }] }
    const phase = signedPhase(made, 'training', { nonce: 2, content })
    const ofPhase = indexWrites(phase, POSITION, AUTHOR).map(({ key }) => key)
    assert.deepEqual(
      ofPhase.filter((key) => key.startsWith('u/') || key.startsWith('o/')),
      [storageKey.software(normal, made.id), storageKey.softwareAdded(made.id, normal)],
    )
  })

  it('lead to recalls in their order, to advisories by package, and to the latest answer', () => {
    const writesOf = (record: LedgerRecord) => indexWrites(record, POSITION, AUTHOR)
    const recall = signedRecall(data, { nonce: 2 })
    const advisory = signedAdvisory({ nonce: 3 })
    const answer = signedStatus(data, recall, { nonce: 4 })
    const order = { key: storageKey.recallOrder(40), value: digestBytes(recall.id) }
    assert.deepEqual(writesOf(recall).at(-1), order)
    const byPackage = storageKey.advisoryPackage('pkg:pypi/scikit-learn', advisory.id)
    assert.equal(writesOf(advisory).at(-1)?.key, byPackage)
    assert.deepEqual(writesOf(answer).at(-1), {
      key: storageKey.answer(data.id, recall.id),
      value: digestBytes(answer.id),
    })
  })
})
