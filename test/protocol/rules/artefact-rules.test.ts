import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import type { LedgerRecord } from '../../../protocol/records/record.ts'
import type { ArchitectureRule } from '../../../protocol/rules/architecture.ts'
import { testRoleKey } from '../../support/keys.ts'
import {
  edgeTo,
  referenceTo,
  signedDataset,
  signedEvent,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRawData,
} from '../../support/records.ts'
import { declaring, World } from './world.ts'

const UNKNOWN = { kind: 'unknown', reason: 'bought' } as const

describe('rule book: birth certificates', () => {
  it('register every type, in the first state of its machine', () => {
    const world = new World()
    const raw = signedRawData({ nonce: 1 })
    const data = signedDataset({ nonce: 2, more: { inputs: [edgeTo(raw)] } })
    const pipeline = signedPipeline({ nonce: 3 })
    const model = signedModel({
      nonce: 4,
      datasets: [edgeTo(data), edgeTo(raw)],
      more: { pipeline: referenceTo(pipeline) },
    })
    for (const record of [raw, data, pipeline, model]) {
      assert.equal(world.apply(record), 'accepted')
      assert.deepEqual(
        [world.artefact(record).type, world.artefact(record).state],
        [record.type, 'registered'],
      )
    }
  })

  it('are signed by people and data sources', () => {
    const signer = testRoleKey(0, 'source')
    assert.equal(new World().apply(signedRawData({ signer })), 'accepted')
    const admin = testRoleKey(0, 'admin')
    assert.equal(new World().apply(signedPipeline({ signer: admin })), 'not-allowed')
  })

  it('name their inputs truly, whatever their type', () => {
    const other = digestOf(Uint8Array.of(1))
    const raw = signedRawData({ nonce: 1 })
    const pipeline = signedPipeline({ nonce: 2 })
    const world = new World()
    world.must(raw, pipeline)
    const from = (edge: object) =>
      world.apply(signedDataset({ nonce: 9, more: { inputs: [{ ...edgeTo(raw), ...edge }] } }))
    assert.equal(from({ record: other }), 'edge-unknown')
    assert.equal(from({ digest: other }), 'edge-digest-mismatch')
    const wrong = signedModel({ nonce: 9, more: { pipeline: referenceTo(raw) } })
    assert.equal(world.apply(wrong), 'edge-wrong-type')
    assert.equal(
      world.apply(signedModel({ nonce: 9, datasets: [edgeTo(pipeline)] })),
      'edge-wrong-type',
    )
    assert.equal(from({}), 'accepted')
  })
})

describe('rule book: unknown ancestry', () => {
  const origin = signedDataset({ nonce: 1, name: 'origin' })
  const bought = signedDataset({ nonce: 2, name: 'bought', more: { inputs: [UNKNOWN] } })
  const foreign = signedModel({
    nonce: 3,
    name: 'foreign',
    datasets: [edgeTo(origin)],
    parents: [{ kind: 'external', uri: 'https://example.com/m', relation: 'finetune' }],
  })

  function flags(...records: readonly LedgerRecord[]) {
    const world = new World()
    world.must(origin, bought, foreign, ...records)
    return records.map((record) => world.artefact(record).unknownAncestry === true)
  }

  it('is what somebody says openly, also of a base model off the ledger (T-G10)', () => {
    const world = new World()
    world.must(origin, bought, foreign)
    assert.equal(world.artefact(origin).unknownAncestry, undefined)
    assert.equal(world.artefact(bought).unknownAncestry, true)
    assert.equal(world.artefact(foreign).unknownAncestry, true)
  })

  it('is handed down to every generation (T-G10)', () => {
    const child = signedModel({ nonce: 4, name: 'child', datasets: [edgeTo(bought)] })
    const grandchild = signedModel({
      nonce: 5,
      name: 'grandchild',
      datasets: [edgeTo(origin)],
      parents: [{ ...edgeTo(child), relation: 'quantized' }],
    })
    const well = signedModel({ nonce: 6, name: 'well', datasets: [edgeTo(origin)] })
    assert.deepEqual(flags(child, grandchild, well), [true, true, false])
  })

  it('is not what a model says that used no data of its own', () => {
    const none = [{ kind: 'none', reason: 'its parent made small' }] as const
    const parent = signedModel({ nonce: 4, name: 'parent', datasets: [edgeTo(origin)] })
    const small = signedModel({
      nonce: 5,
      name: 'small',
      datasets: none,
      parents: [{ ...edgeTo(parent), relation: 'quantized' }],
    })
    const of = signedModel({
      nonce: 6,
      name: 'of-foreign',
      datasets: none,
      parents: [{ ...edgeTo(foreign), relation: 'quantized' }],
    })
    assert.deepEqual(flags(parent, small, of), [false, false, true])
  })

  it('comes from a pipeline too', () => {
    const pipeline = signedPipeline({ nonce: 4, more: { inputs: [edgeTo(bought)] } })
    const more = { pipeline: referenceTo(pipeline) }
    const model = signedModel({ nonce: 5, datasets: [edgeTo(origin)], more })
    assert.deepEqual(flags(pipeline, model), [true, true])
  })
})

describe('rule book: architecture', () => {
  const architectureRules: readonly ArchitectureRule[] = [
    { id: 'clean-first', rule: 'before', first: 'normalise', second: 'train' },
    { id: 'no-scrape', rule: 'forbids', kind: 'scrape' },
  ]
  const data = signedDataset({ nonce: 1 })
  const good = signedPipeline({ nonce: 2, name: 'good', kinds: ['normalise', 'train'] })
  const bad = signedPipeline({ nonce: 3, name: 'bad', kinds: ['train', 'normalise'] })

  function world(): World {
    const made = new World(declaring({ architectureRules }))
    made.must(data, good, bad)
    return made
  }

  function modelWith(pipeline: LedgerRecord, nonce: number) {
    const more = { pipeline: referenceTo(pipeline) }
    return signedModel({ nonce, name: `model-${nonce}`, datasets: [edgeTo(data)], more })
  }

  it('that breaks a rule of the network is registered as invalid', () => {
    assert.equal(world().artefact(good).invalid, undefined)
    assert.equal(world().artefact(bad).invalid, bad.id)
    const free = new World()
    free.must(bad)
    assert.equal(free.artefact(bad).invalid, undefined)
  })

  it('makes all that is made with it invalid, for the same cause', () => {
    const ledger = world()
    const model = modelWith(bad, 4)
    const child = signedModel({
      nonce: 5,
      name: 'child',
      datasets: [edgeTo(data)],
      parents: [{ ...edgeTo(model), relation: 'finetune' }],
    })
    const answers = signedDataset({ nonce: 6, name: 'answers', more: { inputs: [edgeTo(child)] } })
    const well = modelWith(good, 7)
    ledger.must(model, child, answers, well)
    for (const record of [model, child, answers]) {
      assert.equal(ledger.artefact(record).invalid, bad.id)
    }
    assert.equal(ledger.artefact(well).invalid, undefined)
  })

  it('names its own record where a pipeline breaks a rule and uses something invalid', () => {
    const ledger = world()
    const inputs = [edgeTo(bad)]
    const again = signedPipeline({ nonce: 4, name: 'again', kinds: ['scrape'], more: { inputs } })
    const heir = signedPipeline({ nonce: 5, name: 'heir', more: { inputs } })
    ledger.must(again, heir)
    assert.equal(ledger.artefact(again).invalid, again.id)
    assert.equal(ledger.artefact(heir).invalid, bad.id)
  })

  it('that is invalid is not deployed, nor what was made with it', () => {
    const ledger = world()
    const [model, well] = [modelWith(bad, 4), modelWith(good, 5)]
    const evaluation = { details: { metric: 'f1', value: 1 } }
    ledger.must(
      model,
      well,
      signedEvent(model, 'evaluated', { nonce: 10, ...evaluation }),
      signedEvent(well, 'evaluated', { nonce: 11, ...evaluation }),
    )
    const details = { place: 'edge' }
    const deploy = (target: LedgerRecord, nonce: number, pipeline?: LedgerRecord) =>
      ledger.apply(
        signedEvent(target, 'deployed', {
          nonce,
          details,
          ...(pipeline && { references: { pipeline: referenceTo(pipeline) } }),
        }),
      )
    assert.equal(deploy(bad, 12), 'invalid-architecture')
    assert.equal(deploy(model, 13), 'invalid-architecture')
    assert.equal(deploy(well, 14, bad), 'invalid-architecture')
    assert.equal(deploy(well, 15, good), 'accepted')
    const phase = (nonce: number, pipeline: LedgerRecord) =>
      ledger.apply(
        signedPhase(well, 'deployment', { nonce, content: { pipeline: referenceTo(pipeline) } }),
      )
    assert.equal(phase(16, bad), 'invalid-architecture')
    assert.equal(phase(17, good), 'accepted')
  })
})
