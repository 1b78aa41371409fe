import assert from 'node:assert/strict'
import { lineageDiff } from '../../../../protocol/queries/family/lineage-diff.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import type { Component } from '../../../../protocol/records/certificates/certificates.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import {
  componentOf,
  edgeTo,
  referenceTo,
  signedDataset,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRawData,
} from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'

/** One model in two versions: another numpy and another mean cleaned its data, its pipeline was reordered. */
function twoVersions() {
  const ledger = new SampleLedger()
  let nonce = 0
  const next = (version: string) => ({ nonce: ++nonce, artefact: { version } })
  const raw = signedRawData({ ...next('1'), name: 'scans' })
  const version = (v: string, numpy: string, components: readonly Component[], more = {}) => {
    const data = signedDataset({
      ...next(v),
      name: 'clean',
      more: {
        inputs: [edgeTo(raw)],
        steps: [{ method: 'normalise', parameters: { mean: v }, software: numpy }],
      },
    })
    const pipeline = signedPipeline({ ...next(v), name: 'training', more: { components } })
    const model = signedModel({
      ...next(v),
      name: 'digits',
      datasets: [edgeTo(data)],
      more: {
        pipeline: referenceTo(pipeline),
        software: [{ purl: 'pkg:pypi/torch@2.1.0' }, { purl: numpy }],
        ...more,
      },
    })
    return { data, pipeline, model }
  }
  const [normalise, train] = [componentOf('normalise'), componentOf('train')]
  const one = version('1', 'pkg:pypi/numpy@1.26.0', [normalise, train])
  const two = version('2', 'pkg:pypi/numpy@2.0.0', [train, normalise], { licence: 'MIT' })
  ledger.commit(raw, ...Object.values(one), ...Object.values(two))
  return { ledger, one, two, raw, next: () => ++nonce }
}

function diff(ledger: SampleLedger, a: LedgerRecord, b: LedgerRecord) {
  const { reader, genesis } = ledger
  const found = runQuery(lineageDiff({ reader, genesis }, a.id, b.id), reader)
  assert.ok(found)
  return found
}

type Diff = ReturnType<typeof diff>

/** "path: a -> b" of each difference of the artefact with this name. */
function differencesOf(found: Diff, name: string): readonly string[] {
  const pair = found.changed.find(({ a }) => a.name === name)
  assert.ok(pair)
  return pair.differences.map(({ path, a, b }) => `${path}: ${a} -> ${b}`)
}

describe('the difference of two lineages', () => {
  const { ledger, one, two, raw, next } = twoVersions()

  it('is nothing between an artefact and itself', () => {
    const found = diff(ledger, one.model, one.model)
    assert.deepEqual(found.changed, [])
    assert.deepEqual([...found.onlyA, ...found.onlyB], [])
    assert.equal(found.same, 4)
  })

  it('leads to the step and the software in which the data began to differ', () => {
    assert.deepEqual(differencesOf(diff(ledger, one.model, two.model), 'clean'), [
      'version: 1 -> 2',
      'steps/normalise/parameters/mean: 1 -> 2',
      'steps/normalise/software: pkg:pypi/numpy@1.26.0 -> pkg:pypi/numpy@2.0.0',
    ])
  })

  it('shows that components were reordered, and nothing else of them', () => {
    assert.deepEqual(differencesOf(diff(ledger, one.model, two.model), 'training'), [
      'version: 1 -> 2',
      'components in order: the-normalise, the-train -> the-train, the-normalise',
    ])
  })

  it('pairs the same package of two versions, and names what only one of them says', () => {
    assert.deepEqual(differencesOf(diff(ledger, one.model, two.model), 'digits'), [
      'version: 1 -> 2',
      'software/pkg:pypi/numpy: 1.26.0 -> 2.0.0',
      'licence: undefined -> MIT',
    ])
  })

  it('tells the oldest generation first', () => {
    const { changed } = diff(ledger, one.model, two.model)
    const depths = changed.map(({ a }) => a.depth)
    assert.deepEqual(
      depths,
      depths.toSorted((x, y) => y - x),
    )
    assert.equal(depths.at(-1), 0)
  })

  it('keeps what both stand on apart from what only one has', () => {
    const other = signedModel({ nonce: next(), name: 'other', datasets: [edgeTo(raw)] })
    ledger.commit(other)
    const found = diff(ledger, one.model, other)
    assert.equal(found.same, 1)
    assert.deepEqual(found.onlyA.map(({ name }) => name).toSorted(), ['clean', 'training'])
    assert.deepEqual(found.onlyB, [])
    const back = diff(ledger, other, one.model)
    assert.deepEqual(
      back.onlyB.map(({ record }) => record).toSorted(),
      found.onlyA.map(({ record }) => record).toSorted(),
    )
  })

  it('compares phases, of a corrected one what counts now', () => {
    const first = signedPhase(one.model, 'training', {
      nonce: next(),
      content: { hyperparameters: { epochs: 3, seed: 1 } },
    })
    const corrected = signedPhase(one.model, 'training', {
      nonce: next(),
      content: { hyperparameters: { epochs: 5 } },
      supersedes: first.id,
    })
    const second = signedPhase(two.model, 'training', {
      nonce: next(),
      content: { hyperparameters: { epochs: 7 } },
    })
    ledger.commit(first, second)
    ledger.commit(corrected)
    const found = differencesOf(diff(ledger, one.model, two.model), 'digits')
    assert.deepEqual(
      found.filter((line) => line.startsWith('phase')),
      ['phase training/hyperparameters/epochs: 5 -> 7'],
    )
  })

  it('is undefined where one of the two is no artefact', () => {
    const { reader, genesis } = ledger
    const nowhere = 'ab'.repeat(32) as LedgerRecord['id']
    assert.equal(
      runQuery(lineageDiff({ reader, genesis }, one.model.id, nowhere), reader),
      undefined,
    )
    assert.equal(
      runQuery(lineageDiff({ reader, genesis }, nowhere, one.model.id), reader),
      undefined,
    )
  })
})
