import assert from 'node:assert/strict'
import pc from 'picocolors'
import { storyLines } from '../../../../cli/output/story-lines.ts'
import type { Digest } from '../../../../protocol/digest.ts'
import { STORY_RECORDS_MAX } from '../../../../protocol/limits.ts'
import { participants } from '../../../../protocol/queries/family/participants.ts'
import {
  type Phases,
  phases,
  type Story,
  story,
} from '../../../../protocol/queries/family/story.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import { PHASES } from '../../../../protocol/records/events/events.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import { signedEvent, signedModel, signedPhase } from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'
import { richFamily } from './rich-family.ts'

const family = richFamily(2)
const { reader, genesis } = family.ledger
const NOWHERE = 'ab'.repeat(32) as Digest

function told(id: Digest) {
  const found = runQuery(story({ reader, genesis }, id), reader)
  assert.ok(found)
  return found
}

describe('the story of an artefact', () => {
  it('has everything that was signed about it, in the order of the ledger', () => {
    const { records, certificate, more } = told(family.base.id)
    assert.deepEqual(
      records.map(({ type, subtype, signer }) => `${type} ${subtype} by ${signer}`),
      [
        'phase requirements by person2',
        'phase training by person2',
        'phase training by person2',
        'event invited by person2',
        'event evaluated by person3',
        'event offered by person2',
        'event accepted by person3',
        'status not_affected by person3',
      ],
    )
    const indexes = records.map(({ logIndex }) => logIndex)
    assert.deepEqual(
      indexes,
      indexes.toSorted((a, b) => a - b),
    )
    assert.deepEqual(certificate, family.base.statement.predicate)
    assert.deepEqual(records[0]?.predicate, family.requirements.statement.predicate)
    assert.equal(more, false)
  })

  it('keeps what was corrected, and names what corrects it', () => {
    const { records } = told(family.base.id)
    const corrected = records.filter(({ supersededBy }) => supersededBy !== undefined)
    assert.deepEqual(
      corrected.map(({ id, supersededBy }) => [id, supersededBy]),
      [[family.training.id, family.corrected.id]],
    )
  })

  it('has its phases apart, told in the same words', () => {
    const found = runQuery(phases({ reader, genesis }, family.base.id), reader)
    assert.ok(found)
    const ofStory = told(family.base.id).records.filter(({ type }) => type === 'phase')
    assert.deepEqual(found.records, ofStory)
    assert.equal(found.more, false)
    assert.equal(runQuery(phases({ reader, genesis }, NOWHERE), reader), undefined)
  })

  it('names the phases of a model that nobody documented, and has none of a dataset', () => {
    assert.deepEqual(told(family.base.id).missingPhases, [
      'collection',
      'cleaning',
      'labelling',
      'features',
      'evaluation',
      'deployment',
      'monitoring',
    ])
    assert.equal(told(family.tuned.id).missingPhases?.length, 9)
    assert.equal(told(family.clean.id).missingPhases, undefined)
  })

  it('is hidden by no flood of records: neither what corrects a phase, nor that it is there', () => {
    const ledger = new SampleLedger()
    const model = signedModel({ org: 0, nonce: 1, name: 'flooded' })
    const goal = { org: 0, content: { goal: 'read digits' } }
    const own = signedPhase(model, 'requirements', { ...goal, nonce: 2 })
    const details = { to: 'org02' }
    ledger.commit(model, own, signedEvent(model, 'invited', { org: 0, nonce: 3, details }))
    const noise = { org: 1, content: { hyperparameters: {} } }
    const flood = Array.from({ length: STORY_RECORDS_MAX }, (_, i) =>
      signedPhase(model, 'training', { ...noise, nonce: i + 1 }),
    )
    ledger.commit(...flood.slice(0, 500))
    ledger.commit(...flood.slice(500))
    const corrected = signedPhase(model, 'requirements', {
      ...goal,
      nonce: 4,
      supersedes: own.id,
    })
    const content = { thresholds: [{ field: 'f1', min: 0.9 }] }
    ledger.commit(corrected, signedPhase(model, 'monitoring', { org: 0, nonce: 5, content }))
    const view = { reader: ledger.reader, genesis: ledger.genesis }
    for (const query of [story(view, model.id), phases(view, model.id)]) {
      const found = runQuery<Story | Phases | undefined>(query, ledger.reader)
      assert.equal(found?.more, true)
      assert.equal(found.records[0]?.supersededBy, corrected.id)
      assert.deepEqual(
        PHASES.filter((phase) => !found.missingPhases?.includes(phase)),
        ['requirements', 'training', 'monitoring'],
      )
      if (!('artefact' in found)) continue
      const lines = storyLines(found, pc.createColors(false))
      assert.ok(lines.includes('  monitoring: documented, in a record beyond the first ones'))
      assert.ok(lines.includes('  features: MISSING'))
    }
  })

  it('tells of a recall who approved it and how it ended', () => {
    const [recall, ...others] = told(family.clean.id).records
    assert.deepEqual(others, [])
    assert.equal(recall?.outcome, 'in-force')
    assert.deepEqual(
      recall?.approvals?.map(({ id, organisation }) => [id, organisation]),
      family.approvals.map(({ id }, i) => [id, `org0${i + 1}`]),
    )
  })

  it('names what the artefact was made from directly', () => {
    const { nodes, edges } = told(family.merged.id).family
    assert.deepEqual(nodes.map(({ name }) => name).toSorted(), ['base', 'clean', 'merged', 'tuned'])
    assert.equal(edges.filter(({ to }) => to === family.merged.id).length, 3)
  })

  it('is undefined for what is no artefact', () => {
    for (const id of [NOWHERE, family.recall.id]) {
      assert.equal(runQuery(story({ reader, genesis }, id), reader), undefined)
    }
  })
})

describe('the participants of an artefact', () => {
  const found = (id: Digest) => {
    const answer = runQuery(participants({ reader, genesis }, id), reader)
    assert.ok(answer)
    return answer
  }

  it('are everyone who signed anything of the family, with what they signed', () => {
    const { people } = found(family.tuned.id)
    assert.deepEqual(
      people.map(({ signer, organisation, deeds }) => [
        signer,
        organisation,
        deeds.map(({ type, what = '' }) => `${type} ${what}`.trim()),
      ]),
      [
        ['person1', 'org01', ['raw-data', 'dataset']],
        [
          'person2',
          'org02',
          [
            'pipeline',
            'model',
            'phase requirements',
            'phase training',
            'phase training',
            'event invited',
            'event offered',
          ],
        ],
        [
          'person3',
          'org03',
          ['model', 'event evaluated', 'event accepted', 'recall recall', 'status not_affected'],
        ],
      ],
    )
  })

  it('come with all parts, all software and all data', () => {
    const { parts, software, data, unknown, complete } = found(family.tuned.id)
    assert.deepEqual(
      parts.map(({ name, components }) => [name, components]),
      [
        ['tuned', undefined],
        ['base', undefined],
        ['training', ['the-normalise', 'the-train']],
      ],
    )
    assert.deepEqual(software, [
      { purl: 'pkg:pypi/numpy@1.26.0', artefacts: 1 },
      { purl: 'pkg:pypi/torch@2.1.0', artefacts: 1 },
    ])
    assert.deepEqual(
      data.map(({ name, usedBy }) => [name, usedBy.map(({ to, how }) => [to, how])]),
      [
        [
          'clean',
          [
            [family.tuned.id, 'inferred'],
            [family.base.id, 'observed'],
          ],
        ],
        ['scans', [[family.clean.id, 'observed']]],
      ],
    )
    assert.deepEqual(
      unknown.map(({ to }) => to),
      [family.base.id],
    )
    assert.equal(complete, false)
    assert.equal(found(family.clean.id).complete, true)
  })

  it('of what is no artefact are undefined', () => {
    const nothing = (id: LedgerRecord['id']) =>
      runQuery(participants({ reader, genesis }, id), reader)
    assert.equal(nothing(NOWHERE), undefined)
  })
})
