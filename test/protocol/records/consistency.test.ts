import assert from 'node:assert/strict'
import { digestOf } from '../../../protocol/digest.ts'
import { COMPONENT_LEVELS_MAX, SCALARS_MAX } from '../../../protocol/limits.ts'
import { PHASES } from '../../../protocol/records/events/events.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { testKey } from '../../support/keys.ts'
import {
  componentOf,
  edgeTo,
  referenceTo,
  signedAdvisory,
  signedApproval,
  signedDataset,
  signedEvent,
  signedModel,
  signedPhase,
  signedPipeline,
  signedRawData,
  signedRecall,
  signedRejoin,
  signedWithdrawal,
} from '../../support/records.ts'
import { assertRefused, check, withValue } from './changed-statement.ts'

const DIGEST = digestOf(new Uint8Array(0))
const raw = signedRawData()
const dataset = signedDataset({ more: { inputs: [edgeTo(raw)] } })
const model = signedModel()
const pipeline = signedPipeline()

describe('a subset', () => {
  const at = '/predicate/inputs/0'
  const subset = { kind: 'files', digest: DIGEST, count: 3, of: 5 }

  it('is exactly what its digest lists (T-G8)', () => {
    const edge = edgeTo(raw)
    assert.equal(check(withValue(dataset, at, { ...edge, subset })), 'dataset')
    const { digest: _, ...vague } = subset
    for (const wrong of [
      vague,
      'some of it',
      { ...subset, kind: 'a few' },
      { ...subset, count: 0 },
    ]) {
      assert.ok(isRejection(check(withValue(dataset, at, { ...edge, subset: wrong }))))
    }
  })

  it('has no more members than the whole', () => {
    const wrong = { ...edgeTo(raw), subset: { ...subset, count: 6 } }
    assertRefused(dataset, at, wrong, `${at}/subset`)
  })
})

describe('the data of an evaluation', () => {
  const at = '/predicate/content/datasets'
  const subset = { kind: 'files', digest: DIGEST, count: 3, of: 5 }
  const content = { metrics: { f1: 0.9 }, datasets: [edgeTo(raw)] }
  const evaluation = signedPhase(model, 'evaluation', { content })

  it('is named as in a certificate: with the exact subset, and how that is known', () => {
    const edge = { ...edgeTo(raw), how: 'observed' }
    assert.equal(check(withValue(evaluation, at, [{ ...edge, subset }])), 'phase')
    const { digest: _, ...vague } = subset
    for (const wrong of [vague, 'some of it']) {
      assert.ok(isRejection(check(withValue(evaluation, at, [{ ...edge, subset: wrong }]))))
    }
  })

  it('is named once, and no part of it is more than the whole', () => {
    const edge = edgeTo(raw)
    assertRefused(evaluation, at, [edge, edge], at)
    const more = { ...subset, count: 6 }
    assertRefused(evaluation, at, [{ ...edge, subset: more }], `${at}/0/subset`)
  })
})

describe('bounds', () => {
  const at = '/predicate/bounds'

  it('have a minimum or a maximum, in that order', () => {
    assert.equal(check(withValue(raw, at, [{ field: 'age', min: 0 }])), 'raw-data')
    assertRefused(raw, at, [{ field: 'x', max: 1 }, { field: 'age' }], `${at}/1`)
    assertRefused(raw, at, [{ field: 'age', min: 2, max: 1 }], `${at}/0`)
  })

  it('of phases too', () => {
    const thresholds = [{ field: 'f1', min: 0.8 }]
    const monitoring = signedPhase(model, 'monitoring', { content: { thresholds } })
    const place = '/predicate/content/thresholds'
    assertRefused(monitoring, place, [{ field: 'f1' }], `${place}/0`)
    const bounds = [{ field: 'age', min: 0 }]
    const content = { acquisition: 'a camera', bounds }
    const collection = signedPhase(model, 'collection', { content })
    assertRefused(
      collection,
      '/predicate/content/bounds',
      [{ field: 'a', min: 2, max: 1 }],
      '/predicate/content/bounds/0',
    )
  })
})

describe('a phase', () => {
  const training = signedPhase(model, 'training', { content: { hyperparameters: { epochs: 3 } } })

  it('is refused at the field that is wrong, whichever phase it is', () => {
    assertRefused(training, '/predicate/content/hyperparameters/epochs', null)
    assertRefused(training, '/predicate/content/goal', 'x')
    assertRefused(training, '/predicate/content/hyperparameters', undefined, '/predicate/content')
    assertRefused(training, '/predicate/decisions', [])
    assertRefused(training, '/predicate/supersedes', 'the first one')
    assertRefused(training, '/predicate/evidence', undefined, '/predicate')
    assertRefused(training, '/predicate/ledger/nonce', 0)
  })

  it('is one of the nine', () => {
    assert.equal(PHASES.length, 9)
    for (const phase of ['pretraining', 'constructor', 7, null, undefined]) {
      assertRefused(training, '/predicate/phase', phase)
    }
    assertRefused(training, '/predicate', 'a text')
    assertRefused(training, '/predicate', undefined, '/')
  })

  it('tells something: content or decisions', () => {
    assertRefused(training, '/predicate/content', undefined, '/predicate')
    const decided = signedPhase(model, 'training', { decisions: ['no more data'] })
    assert.equal(check(decided.statement), 'phase')
  })

  it('leaves out nothing of a step (G30)', () => {
    const step = { method: 'scale', parameters: { by: 2 }, software: 'pkg:pypi/numpy@1.26.0' }
    const cleaning = signedPhase(model, 'cleaning', { content: { steps: [step] } })
    for (const name of Object.keys(step)) {
      const at = '/predicate/content/steps/0'
      assertRefused(cleaning, `${at}/${name}`, undefined, at)
    }
  })
})

describe('an event', () => {
  const event = signedEvent(model, 'evaluated', {
    details: { metric: 'f1' },
    references: { dataset: referenceTo(dataset) },
  })

  it('refers to other artefacts than its own', () => {
    assertRefused(event, '/predicate/references/dataset', referenceTo(model))
  })

  it('names its subject by its record id', () => {
    assertRefused(event, '/subject/0/name', 'model@1')
    assertRefused(signedRecall(model), '/subject/0/name', 'model@1')
  })

  it('has no name that its schema does not know, whatever stands under it', () => {
    for (const name of ['', 'a\u001b[2J', 'x'.repeat(129), 'two\nlines']) {
      assertRefused(event, `/predicate/details/${name}`, 'said')
      assertRefused(event, `/predicate/details/${name}`, null)
      assertRefused(event, `/predicate/references/${name}`, null)
    }
    assertRefused(event, '/predicate/references/A', referenceTo(dataset))
  })

  it('tells plain values, so many and no more', () => {
    const at = '/predicate/details'
    assertRefused(event, `${at}/metric`, { deep: 1 })
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i}`, i]))
    assert.equal(check(withValue(event, at, many(SCALARS_MAX))), 'event')
    assertRefused(event, at, many(SCALARS_MAX + 1))
  })
})

describe('whoever labelled', () => {
  const phase = signedPhase(model, 'labelling', {
    content: {
      method: 'by hand',
      instructions: 'look twice',
      software: 'pkg:pypi/label-studio@1.20.0',
      person: 'Carol Example',
    },
  })

  it('is a name or the did:key of an Ed25519 key, and never half of one (M30)', () => {
    const at = '/predicate/content/person'
    const did = phase.ledger.author
    assert.equal(check(withValue(phase, at, did)), 'phase')
    for (const wrong of ['did:key:', `${did}A`, did.slice(0, -1), 'did:key:zQ3shokFTS3brHcDQ']) {
      assertRefused(phase, at, wrong)
    }
  })
})

describe('a pipeline', () => {
  it('has components within components, down to a fixed level', () => {
    const deep = (levels: number): object =>
      levels > 1
        ? { ...componentOf('outer'), components: [deep(levels - 1)] }
        : componentOf('inner')
    const at = '/predicate/components'
    assert.equal(check(withValue(pipeline, at, [deep(COMPONENT_LEVELS_MAX)])), 'pipeline')
    assert.ok(isRejection(check(withValue(pipeline, at, [deep(COMPONENT_LEVELS_MAX + 1)]))))
    assertRefused(pipeline, at, [])
  })

  it('has its four sections, each said and be it as none (M37)', () => {
    for (const section of ['components', 'software', 'configuration']) {
      assertRefused(pipeline, `/predicate/${section}`, undefined, '/predicate')
    }
    const component = '/predicate/components/0'
    assertRefused(pipeline, `${component}/processes`, undefined, component)
    for (const section of ['software', 'configuration', 'components/0/processes']) {
      assert.equal(check(withValue(pipeline, `/predicate/${section}`, [])), 'pipeline')
    }
  })

  it('names software by package URLs', () => {
    const software = (purl: string) => withValue(pipeline, '/predicate/software', [{ purl }])
    assert.equal(check(software('pkg:npm/%40scope/name@1.0.0')), 'pipeline')
    for (const purl of ['numpy', 'pkg:pypi', 'pkg:pypi/num py@1', `pkg:pypi/${'x'.repeat(600)}`]) {
      assert.ok(isRejection(check(software(purl))), purl)
    }
  })
})

describe('an approval', () => {
  const approval = signedApproval(signedRecall(model))

  it('is about its proposal, by id and by digest', () => {
    assertRefused(approval, '/subject/0/name', DIGEST, '/subject/0')
    assertRefused(approval, '/subject/0/digest', { sha256: DIGEST }, '/subject/0')
    const { proposal } = approval.statement.predicate as { readonly proposal: string }
    const salted = { 'pedigree-salted-sha256': proposal }
    assertRefused(approval, '/subject/0/digest', salted, '/subject/0')
  })
})

describe('a withdrawal', () => {
  const withdrawal = signedWithdrawal(signedAdvisory())

  it('is about its advisory, by id and by digest', () => {
    assertRefused(withdrawal, '/subject/0/name', DIGEST, '/subject/0')
    assertRefused(withdrawal, '/subject/0/digest', { sha256: DIGEST }, '/subject/0')
    const { advisory } = withdrawal.statement.predicate as { readonly advisory: string }
    const salted = { 'pedigree-salted-sha256': advisory }
    assertRefused(withdrawal, '/subject/0/digest', salted, '/subject/0')
  })
})

describe('a rejoin', () => {
  const rejoin = signedRejoin()

  it('is about its consensus key, by did:key and by the digest of the raw key', () => {
    const other = testKey(77).did
    assertRefused(rejoin, '/subject/0/name', other, '/subject/0/name')
    assertRefused(rejoin, '/subject/0/digest', { sha256: DIGEST }, '/subject/0/digest')
    assertRefused(rejoin, '/predicate/consensusKey', other, '/subject/0/name')
  })
})

describe('an advisory', () => {
  const advisory = signedAdvisory()
  const at = '/predicate/packages/0'
  const purl = 'pkg:pypi/numpy'
  const range = { introduced: '0' }

  it('names packages without version, and which versions are affected', () => {
    const versions = ['1.0']
    for (const wrong of [`${purl}@1.0`, `${purl}?arch=x`, `${purl}#src`]) {
      assertRefused(advisory, at, { purl: wrong, versions })
    }
    assertRefused(advisory, at, { purl })
    assert.equal(check(withValue(advisory, at, { purl, ranges: [range] })), 'advisory')
  })

  it('ends a range in one way', () => {
    const both = { ...range, fixed: '2', lastAffected: '1' }
    assertRefused(advisory, at, { purl, ranges: [range, both] })
  })

  it('is named by its subject, by a plain digest', () => {
    assertRefused(advisory, '/subject/0/name', 'CVE-1')
    assertRefused(advisory, '/subject/0/digest', { 'pedigree-salted-sha256': DIGEST })
  })
})
