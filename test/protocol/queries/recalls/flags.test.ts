import assert from 'node:assert/strict'
import type { Digest } from '../../../../protocol/digest.ts'
import { story } from '../../../../protocol/queries/family/story.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import { advisoryList, advisoryView } from '../../../../protocol/queries/recalls/advisories.ts'
import { affectedBy } from '../../../../protocol/queries/recalls/affected-software.ts'
import { flagsOf } from '../../../../protocol/queries/recalls/flags.ts'
import type { AffectedPackage } from '../../../../protocol/records/events/recalls.ts'
import {
  componentOf,
  edgeTo,
  referenceTo,
  signedAdvisory,
  signedDataset,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRecall,
  signedStatus,
  signedWithdrawal,
} from '../../../support/records.ts'
import { declaring } from '../../rules/world.ts'
import { SampleLedger } from '../sample-ledger.ts'

const software = (...purls: readonly string[]) => ({ software: purls.map((purl) => ({ purl })) })

/** raw (org01) -> cleaned (org02, scikit-learn 1.2.0) -> model (org03) -> small (org04). */
function family() {
  const ledger = new SampleLedger()
  const raw = signedDataset({ org: 0, nonce: 1, name: 'raw' })
  const cleaned = signedDataset({
    org: 1,
    name: 'cleaned',
    more: { inputs: [edgeTo(raw)], ...software('pkg:pypi/Scikit_Learn@1.2.0') },
  })
  const model = signedModel({ org: 2, nonce: 1, name: 'model', datasets: [edgeTo(cleaned)] })
  const small = signedModel({
    org: 3,
    nonce: 1,
    name: 'small',
    datasets: [{ kind: 'unknown', reason: 'a test' }],
    parents: [{ ...edgeTo(model), relation: 'quantized' }],
  })
  ledger.commit(raw, cleaned, model, small)
  return { ledger, raw, cleaned, model, small }
}

const flags = (ledger: SampleLedger, id: Digest) => {
  const found = runQuery(flagsOf(ledger, id), ledger.reader)
  assert.ok(found !== undefined)
  return found
}

const affected = (ledger: SampleLedger, id: Digest) => {
  const found = runQuery(affectedBy(ledger, id), ledger.reader)
  assert.ok(found !== undefined)
  return found.artefacts.map(({ artefact, certainty, via }) => [artefact.name, certainty, via])
}

describe('the flags of an artefact', () => {
  it('are none where nothing is recalled, and say how many ancestors were looked at', () => {
    const { ledger, small } = family()
    assert.deepEqual(flags(ledger, small.id), {
      artefact: small.id,
      owner: 'org04',
      recalls: [],
      advisories: [],
      unknownAncestry: true,
      ancestors: 3,
      complete: true,
      advisoriesComplete: true,
    })
  })

  it('name a recalled ancestor at any depth and behind any edge: which, why, who, since when', () => {
    const { ledger, raw, small } = family()
    const recall = signedRecall(raw, { org: 0, nonce: 2, reason: 'labels swapped' })
    ledger.commit(recall)
    assert.deepEqual(flags(ledger, small.id).recalls, [
      {
        artefact: { record: raw.id, name: 'org01/raw@1', type: 'dataset' },
        depth: 3,
        record: recall.id,
        reason: 'labels swapped',
        organisation: 'org01',
        signer: 'person1',
        by: 'owner',
        sinceHeight: 2,
        answers: [],
      },
    ])
    assert.equal(flags(ledger, raw.id).recalls[0]?.depth, 0)
    ledger.commit(signedRecall(raw, { org: 0, nonce: 3, action: 'lift' }))
    assert.deepEqual(flags(ledger, small.id).recalls, [])
  })

  it('show the latest answer of the owner beside the recall, never instead of it', () => {
    const { ledger, raw, small } = family()
    const recall = signedRecall(raw, { org: 0, nonce: 2 })
    ledger.commit(recall)
    ledger.commit(signedStatus(small, recall, { org: 3, nonce: 2, status: 'under_investigation' }))
    ledger.commit(
      signedStatus(small, recall, { org: 3, nonce: 3, status: 'not_affected', reason: 'not used' }),
    )
    const [flag] = flags(ledger, small.id).recalls
    assert.deepEqual(
      flag?.answers.map(({ status, reason, organisation }) => [status, reason, organisation]),
      [['not_affected', 'not used', 'org04']],
    )
  })

  it('name the advisory, the package and the nearest artefact that was made with it', () => {
    const { ledger, small, cleaned } = family()
    const packages = [
      { purl: 'pkg:pypi/scikit-learn', ranges: [{ introduced: '0', fixed: '1.3' }] },
    ]
    const advisory = signedAdvisory({ org: 1, nonce: 2, packages })
    ledger.commit(advisory)
    ledger.commit(signedStatus(small, advisory, { org: 3, nonce: 2 }))
    const [flag, ...more] = flags(ledger, small.id).advisories
    assert.deepEqual(more, [])
    assert.equal(flag?.artefact.record, cleaned.id)
    assert.deepEqual(
      [flag?.advisory, flag?.purl, flag?.certainty, flag?.depth, flag?.answers[0]?.status],
      ['CVE-2026-1234', 'pkg:pypi/scikit-learn@1.2.0', 'affected', 2, 'not_affected'],
    )
  })

  it('leave out advisories about other versions, and those of longer names', () => {
    const { ledger, small } = family()
    const other = (purl: string, nonce: number) =>
      signedAdvisory({ org: 1, nonce, packages: [{ purl, ranges: [{ introduced: '1.2.1' }] }] })
    ledger.commit(
      other('pkg:pypi/scikit-learn', 2),
      other('pkg:pypi/scikit-learn/more', 3),
      other('pkg:pypi/scikit', 4),
    )
    assert.deepEqual(flags(ledger, small.id).advisories, [])
  })

  it('say that a pipeline above it is forbidden, and by which rule', () => {
    const ledger = new SampleLedger()
    const architectureRules = [{ id: 'no-split', rule: 'forbids', kind: 'split' }] as const
    Object.assign(ledger, { genesis: declaring({ architectureRules }) })
    const pipeline = signedPipeline({
      org: 0,
      name: 'line',
      more: { components: [componentOf('split')] },
    })
    const model = signedModel({ org: 1, name: 'model', more: { pipeline: referenceTo(pipeline) } })
    ledger.commit(pipeline, model)
    assert.deepEqual(flags(ledger, model.id).invalid, {
      pipeline: { record: pipeline.id, name: 'org01/line@1', type: 'pipeline' },
      rule: 'no-split',
    })
  })

  it('are a question to artefacts only', () => {
    const { ledger } = family()
    assert.equal(runQuery(flagsOf(ledger, 'ab'.repeat(32) as Digest), ledger.reader), undefined)
  })
})

describe('what an advisory touches', () => {
  const warn = (ledger: SampleLedger, ...packages: readonly AffectedPackage[]) => {
    const advisory = signedAdvisory({ org: 1, nonce: 9, packages })
    ledger.commit(advisory)
    return advisory
  }

  it('is whatever names an affected version, and all that descends from it', () => {
    const { ledger, cleaned, model } = family()
    const advisory = warn(ledger, { purl: 'pkg:pypi/scikit-learn', versions: ['1.2'] })
    assert.deepEqual(affected(ledger, advisory.id), [
      ['org02/cleaned@1', 'affected', undefined],
      ['org03/model@1', 'affected', cleaned.id],
      ['org04/small@1', 'affected', model.id],
    ])
  })

  it('is nothing when all versions are others', () => {
    const { ledger } = family()
    const advisory = warn(ledger, {
      purl: 'pkg:pypi/scikit-learn',
      ranges: [{ introduced: '0', fixed: '1.2.0' }],
    })
    assert.deepEqual(affected(ledger, advisory.id), [])
  })

  it('counts the software of a phase that was added later', () => {
    const { ledger, model, small } = family()
    const content = { hyperparameters: {}, ...software('pkg:pypi/torch@2.0.1%2Bcu118') }
    ledger.commit(signedPhase(model, 'training', { org: 2, nonce: 2, content }))
    const advisory = warn(ledger, {
      purl: 'pkg:pypi/torch',
      ranges: [{ introduced: '2.0', lastAffected: '2.0.1' }],
    })
    assert.deepEqual(affected(ledger, advisory.id), [
      ['org03/model@1', 'affected', undefined],
      ['org04/small@1', 'affected', model.id],
    ])
    assert.equal(flags(ledger, small.id).advisories[0]?.artefact.record, model.id)
  })

  it('is unknown where versions cannot be compared, unless another way is sure', () => {
    const ledger = new SampleLedger()
    const debian = signedDataset({ name: 'debian', more: software('pkg:deb/debian/curl@7-1') })
    const bare = signedDataset({ nonce: 2, name: 'bare', more: software('pkg:npm/left-pad') })
    const sure = signedDataset({ nonce: 3, name: 'sure', more: software('pkg:npm/left-pad@1.0.0') })
    const child = signedModel({ nonce: 4, name: 'child', datasets: [edgeTo(bare), edgeTo(sure)] })
    ledger.commit(debian, bare, sure, child)
    const advisory = warn(
      ledger,
      { purl: 'pkg:deb/debian/curl', ranges: [{ introduced: '0', fixed: '7-2' }] },
      { purl: 'pkg:npm/left-pad', versions: ['1.0.0'] },
    )
    const found = new Map(affected(ledger, advisory.id).map(([name, how]) => [name, how]))
    assert.deepEqual(Object.fromEntries(found), {
      'org01/debian@1': 'unknown',
      'org01/bare@1': 'unknown',
      'org01/sure@1': 'affected',
      'org01/child@1': 'affected',
    })
    assert.equal(flags(ledger, debian.id).advisories[0]?.certainty, 'unknown')
  })

  it('is nothing any more once it was withdrawn, which it says: by whom, when and why', () => {
    const { ledger, small } = family()
    const advisory = warn(ledger, { purl: 'pkg:pypi/scikit-learn', versions: ['1.2'] })
    ledger.commit(signedStatus(small, advisory, { org: 3, nonce: 2 }))
    const withdrawal = signedWithdrawal(advisory, { org: 1, nonce: 10, reason: 'not that one' })
    const { timeMs } = ledger.commit(withdrawal)
    assert.deepEqual(affected(ledger, advisory.id), [])
    assert.deepEqual(flags(ledger, small.id).advisories, [])
    const { advisories } = runQuery(advisoryList(ledger, { limit: 10 }), ledger.reader)
    assert.deepEqual(advisories[0]?.withdrawn, {
      record: withdrawal.id,
      reason: 'not that one',
      organisation: 'org02',
      signer: 'person2',
      height: 4,
      timeMs,
    })
    const told = runQuery(story(ledger, small.id), ledger.reader)
    assert.deepEqual(
      told?.records.map(({ type }) => type),
      ['status'],
    )
    const anew = signedAdvisory({
      org: 1,
      nonce: 11,
      packages: [{ purl: 'pkg:pypi/scikit-learn', versions: ['1.2.0'] }],
    })
    ledger.commit(anew)
    assert.deepEqual(
      flags(ledger, small.id).advisories.map(({ record }) => record),
      [anew.id],
    )
  })

  it('comes with the advisory as it was published, and the answers to it', () => {
    const { ledger, small } = family()
    const advisory = warn(ledger, { purl: 'pkg:pypi/scikit-learn', versions: ['1.2'] })
    ledger.commit(signedStatus(small, advisory, { org: 3, nonce: 2, status: 'fixed' }))
    const found = runQuery(affectedBy(ledger, advisory.id), ledger.reader)
    assert.deepEqual(found?.advisory, advisoryView(ledger, advisory.id))
    assert.equal(found?.artefacts.at(-1)?.answer?.status, 'fixed')
    const { advisories } = runQuery(advisoryList(ledger, { limit: 10 }), ledger.reader)
    assert.deepEqual(advisories, [found?.advisory])
  })
})
