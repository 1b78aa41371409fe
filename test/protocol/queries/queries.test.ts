import assert from 'node:assert/strict'
import type { Digest } from '../../../protocol/digest.ts'
import { artefactList } from '../../../protocol/queries/artefact-list.ts'
import { artefactView } from '../../../protocol/queries/artefact-view.ts'
import { blockView } from '../../../protocol/queries/block-view.ts'
import { lineage } from '../../../protocol/queries/family/lineage.ts'
import { type Query, runQuery } from '../../../protocol/queries/query.ts'
import { readCommitted } from '../../../protocol/queries/read-record.ts'
import { recordViewOf } from '../../../protocol/queries/record-view.ts'
import { classifyQuery, resolveQuery } from '../../../protocol/queries/resolve.ts'
import { edgeTo, signedDataset, signedModel, TEST_TIME_MS } from '../../support/records.ts'
import { SampleLedger, sampleFamily } from './sample-ledger.ts'

const family = sampleFamily()
const { ledger } = family
const { genesis, reader } = ledger
const view = { reader, genesis }
const NOWHERE = 'ab'.repeat(32) as Digest

function ask<T>(query: Query<T>): T {
  return runQuery(query, reader)
}

describe('the view of an artefact', () => {
  it('shows certificate, signer, state and the events of its life', () => {
    const photos = ask(artefactView(view, family.photos.id))
    assert.equal(photos?.name, 'photos')
    assert.equal(photos?.organisation, 'org01')
    assert.equal(photos?.signer, 'person1')
    assert.equal(photos?.state, 'retired')
    assert.equal(photos?.height, 1)
    assert.deepEqual(photos?.events, [
      {
        record: family.retirement.id,
        type: 'event',
        subtype: 'retired',
        event: 'retired',
        organisation: 'org01',
        signer: 'person1',
        height: 4,
        timeMs: TEST_TIME_MS + 4_000,
        reason: 'consent withdrawn',
      },
    ])
  })

  it('shows what a model was made from', () => {
    const child = ask(artefactView(view, family.child.id))
    assert.equal(child?.datasets?.length, 1)
    assert.deepEqual(
      child?.parents?.map(({ kind }) => kind),
      ['certified', 'external'],
    )
  })

  it('is undefined for an id that registers no artefact', () => {
    assert.equal(ask(artefactView(view, NOWHERE)), undefined)
    assert.equal(ask(artefactView(view, family.retirement.id)), undefined)
  })
})

describe('the list of artefacts', () => {
  it('pages through them in order of registration', () => {
    const first = ask(artefactList(view, { limit: 3 }))
    assert.deepEqual(
      first.artefacts.map(({ name }) => name),
      ['digits', 'photos', 'base'],
    )
    const second = ask(artefactList(view, { limit: 3, after: first.next ?? '' }))
    assert.deepEqual(
      second.artefacts.map(({ name }) => name),
      ['child', 'grandchild'],
    )
    assert.equal(second.next, undefined)
  })
})

describe('the views of records and blocks', () => {
  it('say where a record is and give its exact bytes', () => {
    const committed = readCommitted(view, family.child.id)
    const found = committed && recordViewOf(committed)
    assert.equal(found?.height, 3)
    assert.equal(found?.logIndex, 3)
    assert.deepEqual(found?.envelope, family.child.envelope)
    assert.equal(readCommitted(view, NOWHERE), undefined)
  })

  it('name the records, the proposer and the signers of a block, by height and by id', () => {
    const block = blockView(view, 3)
    assert.deepEqual(block?.records, [family.child.id, family.grandchild.id])
    assert.equal(block?.proposer, 'org04')
    assert.deepEqual(block?.signers, ['org01', 'org02', 'org03'])
    assert.equal(block?.logSize, 5)
    assert.deepEqual(blockView(view, block?.id as Digest), block)
    assert.equal(blockView(view, 5), undefined)
    assert.equal(blockView(view, 0), undefined)
    assert.equal(blockView(view, NOWHERE), undefined)
  })
})

describe('the lineage of an artefact', () => {
  it('holds all ancestors once, with their shortest distance, and every edge', () => {
    const graph = ask(lineage(view, family.grandchild.id))
    assert.deepEqual(
      graph?.nodes.map(({ name, depth }) => `${depth} ${name}`),
      ['0 grandchild', '1 photos', '1 child', '2 digits', '2 base'],
    )
    assert.equal(graph?.edges.length, 6)
    assert.deepEqual(graph?.truncated, {})
  })

  it('says which ancestry is not on the ledger', () => {
    const graph = ask(lineage(view, family.child.id))
    assert.deepEqual(
      graph?.unknown.map(({ to, kind }) => [to, kind]),
      [
        [family.child.id, 'parent'],
        [family.base.id, 'dataset'],
      ],
    )
    const marked = graph?.nodes.filter(({ unknownAncestry }) => unknownAncestry === 'own')
    assert.deepEqual(
      marked?.map(({ name }) => name),
      ['child', 'base'],
    )
  })

  it('counts what lies beyond the depth', () => {
    const graph = ask(lineage(view, family.grandchild.id, { up: 1 }))
    assert.deepEqual(
      graph?.nodes.map(({ name }) => name),
      ['grandchild', 'photos', 'child'],
    )
    assert.deepEqual(graph?.truncated, { [family.child.id]: 2 })
  })

  it('looks one level down: from a dataset to its models in one hop', () => {
    const graph = ask(lineage(view, family.digits.id))
    const children = graph?.nodes.filter(({ depth }) => depth === -1).map(({ name }) => name)
    assert.deepEqual(children?.toSorted(), ['base', 'child'])
    assert.deepEqual(graph?.truncatedBelow, { [family.child.id]: 1 })
    assert.deepEqual(
      graph?.edges.map(({ from, to, kind }) => [from, to, kind].join()).toSorted(),
      [
        `${family.digits.id},${family.base.id},dataset`,
        `${family.digits.id},${family.child.id},dataset`,
        `${family.base.id},${family.child.id},finetune`,
      ].toSorted(),
    )
  })

  it('counts the descendants that it does not name', () => {
    const crowd = new SampleLedger()
    const data = signedDataset({ org: 0, nonce: 1, name: 'popular' })
    const models = Array.from({ length: 23 }, (_, i) =>
      signedModel({ org: 1, nonce: i + 1, name: `model-${i}`, datasets: [edgeTo(data)] }),
    )
    crowd.commit(data, ...models)
    const graph = runQuery(
      lineage({ reader: crowd.reader, genesis: crowd.genesis }, data.id),
      crowd.reader,
    )
    assert.equal(graph?.nodes.length, 21)
    assert.deepEqual(graph?.truncatedBelow, { [data.id]: 3 })
  })

  it('is undefined for an id that registers no artefact', () => {
    assert.equal(ask(lineage(view, NOWHERE)), undefined)
  })
})

describe('a text that names something', () => {
  const resolve = (text: string, organisation = 'org04') =>
    ask(resolveQuery(view, text, organisation)).map(({ by, kind, record }) => ({
      by,
      kind,
      record,
    }))

  it('is read as every thing that it can be', () => {
    assert.deepEqual(classifyQuery('cafe', 'org01'), {
      prefix: 'cafe',
      name: { organisation: 'org01', name: 'cafe' },
    })
    assert.deepEqual(classifyQuery('org02/base@1', 'org01'), {
      name: { organisation: 'org02', name: 'base', version: '1' },
    })
    assert.deepEqual(classifyQuery('no such thing!', 'org01'), {})
  })

  it('finds by record id, by digest and by block id', () => {
    const record = family.base.id
    assert.deepEqual(resolve(record), [{ by: 'record', kind: 'artefact', record }])
    const digest = edgeTo(family.base).digest
    assert.deepEqual(resolve(digest), [{ by: 'digest', kind: 'artefact', record }])
    const block = blockView(view, 2)?.id ?? ''
    assert.deepEqual(resolve(block), [{ by: 'record', kind: 'block', record: block }])
    const event = family.retirement.id
    assert.deepEqual(resolve(event), [{ by: 'record', kind: 'record', record: event }])
  })

  it('finds by the beginning of an id, of a digest and of a block id', () => {
    const found = { kind: 'artefact', record: family.base.id }
    assert.deepEqual(resolve(family.base.id.slice(0, 10)), [{ by: 'prefix', ...found }])
    assert.deepEqual(resolve(edgeTo(family.base).digest.slice(0, 10)), [{ by: 'prefix', ...found }])
    const block = blockView(view, 2)?.id ?? ''
    assert.deepEqual(resolve(block.slice(0, 10)), [{ by: 'prefix', kind: 'block', record: block }])
  })

  it('finds by name: a bare one in the own organisation, a full one anywhere', () => {
    const found = { by: 'name', kind: 'artefact', record: family.base.id }
    assert.deepEqual(resolve('base'), [])
    assert.deepEqual(resolve('base', 'org02'), [found])
    assert.deepEqual(resolve('org02/base'), [found])
    assert.deepEqual(resolve('org02/base@1'), [found])
    assert.deepEqual(resolve('org02/base@2'), [])
    assert.deepEqual(resolve('org02/bas'), [])
  })

  it('finds by CID', () => {
    const shared = new SampleLedger()
    const cid = `bafkrei${'a'.repeat(52)}`
    const data = signedDataset({ name: 'shared', artefact: { share: 'members', cid } })
    shared.commit(data)
    const query = resolveQuery({ reader: shared.reader, genesis: shared.genesis }, cid, 'org01')
    assert.deepEqual(
      runQuery(query, shared.reader).map(({ by, record }) => [by, record]),
      [['cid', data.id]],
    )
  })

  it('that names several versions gives all of them to choose from', () => {
    const versions = new SampleLedger()
    const first = signedDataset({ nonce: 1, name: 'data' })
    const second = signedDataset({ nonce: 2, name: 'data', artefact: { version: '2' } })
    versions.commit(first, second)
    const query = resolveQuery({ reader: versions.reader, genesis }, 'data', 'org01')
    const matches = runQuery(query, versions.reader)
    assert.deepEqual(
      matches.map(({ name }) => name),
      ['data@1', 'data@2'],
    )
  })
})
