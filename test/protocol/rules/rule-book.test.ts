import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestOf, ZERO_DIGEST } from '../../../protocol/digest.ts'
import { base64Encode } from '../../../protocol/encoding/base64.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { encodeKeyHistory, readKeyHistory } from '../../../protocol/rules/key-history.ts'
import { applyRecord } from '../../../protocol/rules/rule-book.ts'
import { stateKey } from '../../../protocol/storage-keys.ts'
import {
  testGenesis,
  testKey,
  testOrganisation,
  testPerson,
  testRoleKey,
} from '../../support/keys.ts'
import {
  edgeTo,
  signedDataset,
  signedKey,
  signedModel,
  signedRetirement,
  TEST_TIME_MS,
} from '../../support/records.ts'
import { World } from './world.ts'

const { genesis } = testGenesis(4)

describe('rule book: place, author and time', () => {
  it('registers a dataset for the organisation of its author', () => {
    const world = new World()
    const record = signedDataset({ org: 2 })
    assert.equal(world.apply(record, { height: 7 }), 'accepted')
    assert.deepEqual(world.artefact(record), {
      type: 'dataset',
      owner: testOrganisation(2),
      author: testPerson(2).did,
      digest: edgeTo(record).digest,
      state: 'registered',
      height: 7,
    })
  })

  it('keeps that a digest is salted', () => {
    const world = new World()
    const record = signedDataset({
      digest: { 'pedigree-salted-sha256': digestOf(Uint8Array.of(1)) },
    })
    assert.equal(world.apply(record), 'accepted')
    assert.equal(world.artefact(record).salted, true)
  })

  it('touches one key of the author and adds one key for a certificate', () => {
    const world = new World()
    const before = world.values.size
    world.apply(signedDataset({ nonce: 1 }))
    assert.equal(world.values.size, before + 2)
    world.apply(signedDataset({ nonce: 2 }))
    assert.equal(world.values.size, before + 3)
  })

  it('refuses a record of another chain (T-P13)', () => {
    assert.equal(new World().apply(signedDataset({ chain: ZERO_DIGEST })), 'wrong-chain')
  })

  it('refuses an author who is not registered (T-P1)', () => {
    assert.equal(new World().apply(signedDataset({ signer: testKey(80_000) })), 'unknown-author')
  })

  it('lets persons and data sources document, and nobody else', () => {
    const world = new World()
    for (const role of ['person', 'source'] as const) {
      assert.equal(world.apply(signedDataset({ signer: testRoleKey(0, role) })), 'accepted')
    }
    for (const role of ['admin', 'record', 'consensus', 'network'] as const) {
      assert.equal(world.apply(signedDataset({ signer: testRoleKey(0, role) })), 'not-allowed')
    }
  })

  it('refuses a key that no longer counts, and one that does not yet', () => {
    const world = new World()
    const { did } = testPerson(0)
    const history = readKeyHistory(world, did)
    assert.ok(history !== undefined)
    const intervals = [{ from: 5, to: 9 }]
    world.values.set(stateKey.key(did), encodeKeyHistory({ ...history, intervals }))
    assert.equal(world.apply(signedDataset(), { height: 4 }), 'unknown-author')
    assert.equal(world.apply(signedDataset(), { height: 9 }), 'not-allowed')
    assert.equal(world.apply(signedDataset(), { height: 5 }), 'accepted')
  })

  it('takes a record until it expires, and none that lives too long', () => {
    const lifetime = genesis.document.parameters.recordLifetimeMsMax
    const codeAt = (expires: number) => new World().apply(signedDataset({ expires }))
    assert.equal(codeAt(TEST_TIME_MS), 'expired')
    assert.equal(codeAt(TEST_TIME_MS + 1), 'accepted')
    assert.equal(codeAt(TEST_TIME_MS + lifetime), 'accepted')
    assert.equal(codeAt(TEST_TIME_MS + lifetime + 1), 'lifetime-too-long')
  })

  it('holds envelopes to the size of the chain', () => {
    const record = signedDataset()
    const codeAt = (envelopeBytesMax: number) => {
      const parameters = { ...genesis.document.parameters, envelopeBytesMax }
      return new World({ ...genesis, document: { ...genesis.document, parameters } }).apply(record)
    }
    assert.equal(codeAt(record.envelope.length), 'accepted')
    assert.equal(codeAt(record.envelope.length - 1), 'too-large')
  })

  it('takes each nonce of an author once (T-P8, T-P13)', () => {
    const world = new World()
    assert.equal(world.apply(signedDataset({ nonce: 4 })), 'accepted')
    assert.equal(world.apply(signedDataset({ nonce: 4 })), 'nonce-used')
    assert.equal(world.apply(signedDataset({ nonce: 4, name: 'other' })), 'nonce-used')
    assert.equal(world.apply(signedDataset({ nonce: 3 })), 'accepted')
    assert.equal(world.apply(signedDataset({ nonce: 4, org: 1 })), 'accepted')
    assert.equal(world.apply(signedDataset({ nonce: 5_000 })), 'nonce-out-of-window')
  })
})

describe('rule book: edges of the family tree', () => {
  const dataset = signedDataset({ nonce: 1 })
  const base = signedModel({ nonce: 2, name: 'base', datasets: [edgeTo(dataset)] })
  const other = digestOf(Uint8Array.of(9))

  function worldWithBase(): World {
    const world = new World()
    assert.equal(world.apply(dataset), 'accepted')
    assert.equal(world.apply(base), 'accepted')
    return world
  }

  /** A child of org 2, with its edges to dataset and parent changed. */
  function child(datasetEdge: object, parentEdge: object): LedgerRecord {
    return signedModel({
      org: 1,
      name: 'child',
      datasets: [{ ...edgeTo(dataset), ...datasetEdge }],
      parents: [{ ...edgeTo(base), relation: 'finetune', ...parentEdge }],
    })
  }

  it('follow datasets and parents across organisations', () => {
    const world = worldWithBase()
    const record = child({}, {})
    assert.equal(world.apply(record), 'accepted')
    assert.equal(world.artefact(record).owner, testOrganisation(1))
  })

  it('lead to something on the ledger (T-G7)', () => {
    assert.equal(worldWithBase().apply(child({ record: other }, {})), 'edge-unknown')
    assert.equal(worldWithBase().apply(child({}, { record: other })), 'edge-unknown')
    assert.equal(new World().apply(child({}, {})), 'edge-unknown')
  })

  it('name the digest that the ledger has (T-G7)', () => {
    assert.equal(worldWithBase().apply(child({ digest: other }, {})), 'edge-digest-mismatch')
    assert.equal(worldWithBase().apply(child({}, { digest: other })), 'edge-digest-mismatch')
  })

  it('lead from datasets to datasets and from parents to models', () => {
    assert.equal(worldWithBase().apply(child(edgeTo(base), {})), 'edge-wrong-type')
    assert.equal(worldWithBase().apply(child({}, edgeTo(dataset))), 'edge-wrong-type')
  })

  it('may say that the ancestry is external or unknown', () => {
    const record = signedModel({
      datasets: [{ kind: 'unknown', reason: 'bought' }],
      parents: [{ kind: 'external', uri: 'https://example.com/m', relation: 'quantized' }],
    })
    assert.equal(new World().apply(record), 'accepted')
  })

  it('make no cycle: what an edge names has its id before the record that names it', () => {
    const first = signedModel({ nonce: 5, name: 'first' })
    const second = signedModel({ nonce: 6, parents: [{ ...edgeTo(first), relation: 'merge' }] })
    const closed = signedModel({
      nonce: 5,
      name: 'first',
      parents: [{ ...edgeTo(second), relation: 'merge' }],
    })
    assert.notEqual(closed.id, first.id)
    assert.equal(new World().apply(closed), 'edge-unknown')
  })

  it('leave no trace when one is refused', () => {
    const world = worldWithBase()
    const before = [...world.values]
    world.apply(child({ digest: other }, {}))
    assert.deepEqual([...world.values], before)
  })
})

describe('rule book: retirement', () => {
  const dataset = signedDataset({ nonce: 1 })

  function worldWithDataset(): World {
    const world = new World()
    assert.equal(world.apply(dataset), 'accepted')
    world.height = 5
    return world
  }

  it('is for anyone who signs for the owner, once (T-P5)', () => {
    const world = worldWithDataset()
    const signer = testRoleKey(0, 'source')
    assert.equal(world.apply(signedRetirement(dataset, { signer })), 'accepted')
    assert.deepEqual(
      [world.artefact(dataset).state, world.artefact(dataset).height],
      ['retired', 5],
    )
    assert.equal(world.artefact(dataset).author, testPerson(0).did)
    assert.equal(world.apply(signedRetirement(dataset, { nonce: 2 })), 'illegal-transition')
  })

  it('is not for another organisation, nor for an admin (T-P6)', () => {
    const world = worldWithDataset()
    assert.equal(world.apply(signedRetirement(dataset, { org: 1 })), 'not-allowed')
    const signer = testRoleKey(0, 'admin')
    assert.equal(world.apply(signedRetirement(dataset, { signer })), 'not-allowed')
  })

  it('speaks of an artefact on the ledger, by its digest', () => {
    assert.equal(new World().apply(signedRetirement(dataset)), 'unknown-subject')
    const sameId = { ...dataset, statement: signedDataset({ name: 'x' }).statement } as LedgerRecord
    assert.equal(
      worldWithDataset().apply(signedRetirement(sameId, { nonce: 2 })),
      'edge-digest-mismatch',
    )
  })

  it('tells a salted digest from a plain one', () => {
    const world = new World()
    const digest = edgeTo(dataset).digest
    const salted = signedDataset({ digest: { 'pedigree-salted-sha256': digest } })
    assert.equal(world.apply(salted), 'accepted')
    const plain = { ...salted, statement: dataset.statement } as LedgerRecord
    assert.equal(world.apply(signedRetirement(plain, { nonce: 2 })), 'edge-digest-mismatch')
    assert.equal(world.apply(signedRetirement(salted, { nonce: 3 })), 'accepted')
  })
})

describe('rule book: keys', () => {
  it('let an admin register a person, who may sign one block later', () => {
    const world = new World()
    const newcomer = testKey(90_001)
    world.height = 3
    assert.equal(world.apply(signedKey()), 'accepted')
    assert.equal(world.apply(signedDataset({ signer: newcomer })), 'unknown-author')
    world.height = 4
    assert.equal(world.apply(signedDataset({ signer: newcomer })), 'accepted')
    assert.equal(readKeyHistory(world, newcomer.did)?.organisation, testOrganisation(0))
  })

  it('are for admins only', () => {
    for (const role of ['person', 'source', 'record', 'consensus', 'network'] as const) {
      assert.equal(new World().apply(signedKey({ signer: testRoleKey(0, role) })), 'not-allowed')
    }
  })

  it('are registered once, in whatever role or organisation', () => {
    const world = new World()
    assert.equal(world.apply(signedKey()), 'accepted')
    assert.equal(world.apply(signedKey({ org: 1 })), 'duplicate-key')
    const consensusOfOrg2 = 102
    assert.equal(world.apply(signedKey({ nonce: 2, key: consensusOfOrg2 })), 'duplicate-key')
  })

  it('need a proof of possession for the organisation of the admin', () => {
    const forOrg1 = signedKey().statement.predicate as {
      readonly key: { readonly possession: string }
    }
    const stolen = signedKey({ org: 1, possession: forOrg1.key.possession })
    assert.equal(new World().apply(stolen), 'bad-possession-proof')
    const none = signedKey({ possession: base64Encode(new Uint8Array(64)) })
    assert.equal(new World().apply(none), 'bad-possession-proof')
  })
})

describe('rule book: as a function', () => {
  const dataset = signedDataset({ nonce: 1 })
  const model = signedModel({ nonce: 2, datasets: [edgeTo(dataset)] })
  const records = [
    dataset,
    model,
    signedRetirement(dataset, { nonce: 3 }),
    signedRetirement(model, { org: 1, nonce: 1 }),
    signedKey({ nonce: 1 }),
    signedDataset({ org: 1, nonce: 900 }),
    signedDataset({ nonce: 2, name: 'rival' }),
    signedDataset({ chain: ZERO_DIGEST }),
  ]

  it('answers the same for the same state, and changes nothing itself', () => {
    const order = fc.array(fc.constantFrom(...records), { maxLength: 16 })
    fc.assert(
      fc.property(order, (sequence) => {
        const [one, two] = [new World(), new World()]
        for (const record of sequence) {
          const before = [...one.values]
          const context = { genesis, height: 1, timeMs: TEST_TIME_MS }
          const first = applyRecord(record, context, one)
          assert.deepEqual([...one.values], before)
          assert.deepEqual(applyRecord(record, context, two), first)
          one.apply(record)
          two.apply(record)
        }
        assert.deepEqual(one.values, two.values)
      }),
      { numRuns: 50 },
    )
  })

  it('names each state key once in a change', () => {
    const world = new World()
    for (const record of records) {
      const context = { genesis, height: 1, timeMs: TEST_TIME_MS }
      const change = applyRecord(record, context, world)
      if (isRejection(change)) continue
      assert.equal(new Set(change.map(({ key }) => key)).size, change.length)
      world.apply(record)
    }
  })
})
