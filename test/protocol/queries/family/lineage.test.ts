import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Digest } from '../../../../protocol/digest.ts'
import { downstream } from '../../../../protocol/queries/family/downstream.ts'
import { type LineageReach, lineage } from '../../../../protocol/queries/family/lineage.ts'
import type { LineageGraph } from '../../../../protocol/queries/family/lineage-graph.ts'
import { runQuery } from '../../../../protocol/queries/query.ts'
import type { LedgerRecord } from '../../../../protocol/records/record.ts'
import { edgeTo, signedModel, signedRecall } from '../../../support/records.ts'
import { SampleLedger } from '../sample-ledger.ts'
import { richFamily } from './rich-family.ts'

function graphOf(ledger: SampleLedger, id: Digest, reach?: LineageReach): LineageGraph {
  const { reader, genesis } = ledger
  const graph = runQuery(lineage({ reader, genesis }, id, reach), reader)
  assert.ok(graph)
  return graph
}

function affectedBy(ledger: SampleLedger, id: Digest, listed?: number) {
  const { reader, genesis } = ledger
  const found = runQuery(downstream({ reader, genesis }, id, listed), reader)
  assert.ok(found)
  return found
}

describe('a family of five generations', () => {
  const family = richFamily(30)
  const { ledger } = family
  const leaf = family.leaves[0] as LedgerRecord

  it('shows on each edge what was used, how much of it, and how that is known', () => {
    const { edges } = graphOf(ledger, family.base.id, { down: 0 })
    assert.deepEqual(
      edges.map(({ kind, how, subset }) => [kind, how, subset && [subset.count, subset.of]]),
      [
        ['dataset', 'observed', undefined],
        ['pipeline', undefined, undefined],
        ['input', 'observed', [4_800, 5_012]],
      ],
    )
  })

  it('marks unknown ancestry all the way down, and who said it', () => {
    const { nodes, unknown } = graphOf(ledger, leaf.id)
    const marks = new Map(nodes.map(({ name, unknownAncestry }) => [name, unknownAncestry]))
    assert.deepEqual(Object.fromEntries(marks), {
      'leaf-0': 'inherited',
      clean: undefined,
      merged: 'inherited',
      scans: undefined,
      base: 'own',
      tuned: 'inherited',
      training: undefined,
    })
    assert.deepEqual(
      unknown.map(({ to, kind }) => [to, kind]),
      [[family.base.id, 'parent']],
    )
  })

  it('marks what is recalled, and everything that stands on it', () => {
    const { nodes } = graphOf(ledger, leaf.id)
    const recalled = nodes.filter(({ recall }) => recall !== undefined)
    assert.deepEqual(
      recalled.map(({ name, recall }) => [name, recall?.by, recall?.record]),
      [['clean', 'committee', family.recall.id]],
    )
    const standing = nodes.filter(({ recalledOrigin }) => recalledOrigin === family.clean.id)
    assert.deepEqual(standing.map(({ name }) => name).toSorted(), [
      'base',
      'leaf-0',
      'merged',
      'tuned',
    ])
  })

  it('names the present owner beside whoever signed', () => {
    const node = graphOf(ledger, family.base.id).nodes[0]
    assert.equal(node?.organisation, 'org02')
    assert.equal(node?.owner, 'org03')
    assert.equal(node?.state, 'evaluated')
  })

  it('is followed down to any depth, a merge under all of its parents', () => {
    const { nodes, edges, truncatedBelow } = graphOf(ledger, family.scans.id, { down: 1_000 })
    assert.deepEqual(truncatedBelow, {})
    assert.equal(nodes.length, 1 + 1 + 3 + 30)
    const toMerged = edges.filter(({ to }) => to === family.merged.id)
    assert.deepEqual(
      toMerged.map(({ from }) => from).toSorted(),
      [family.clean.id, family.base.id, family.tuned.id].toSorted(),
    )
  })

  it('gives all that is affected by generations, with owners and counts', () => {
    const found = affectedBy(ledger, family.base.id, 5)
    assert.equal(found.total, 32)
    assert.deepEqual(found.generations, [2, 30])
    assert.equal(found.complete, true)
    assert.equal(found.artefacts.length, 5)
    assert.equal(found.more, 27)
    assert.deepEqual(found.owners, [
      { owner: 'org01', artefacts: 11 },
      { owner: 'org03', artefacts: 11 },
      { owner: 'org02', artefacts: 10 },
    ])
    const first = found.artefacts.find(({ name }) => name === 'tuned')
    assert.deepEqual(first?.via, { from: family.base.id, kind: 'finetune' })
    assert.deepEqual(affectedBy(ledger, leaf.id).artefacts, [])
  })

  it('is undefined below an id that registers no artefact', () => {
    const { reader, genesis } = ledger
    assert.equal(runQuery(downstream({ reader, genesis }, family.recall.id), reader), undefined)
  })
})

describe('a recall', () => {
  it('reaches through generations that do not name what is recalled', () => {
    const ledger = new SampleLedger()
    const first = signedModel({ nonce: 1, name: 'first' })
    const second = signedModel({
      nonce: 2,
      name: 'second',
      parents: [{ ...edgeTo(first), relation: 'finetune' }],
    })
    const third = signedModel({
      nonce: 3,
      name: 'third',
      parents: [{ ...edgeTo(second), relation: 'quantized' }],
    })
    const recall = signedRecall(first, { nonce: 4 })
    ledger.commit(first, second, third, recall)
    for (const graph of [graphOf(ledger, third.id), graphOf(ledger, first.id, { down: 2 })]) {
      const origins = graph.nodes.map(({ name, recalledOrigin }) => [name, recalledOrigin])
      assert.deepEqual(Object.fromEntries(origins), {
        first: undefined,
        second: first.id,
        third: first.id,
      })
    }
  })
})

/** Of each model, the earlier ones that it is made from. */
const shape = fc
  .array(fc.array(fc.nat({ max: 50 }), { maxLength: 3 }), { minLength: 2, maxLength: 9 })
  .map((models) =>
    models.map((parents, i) => [...new Set(i === 0 ? [] : parents.map((p) => p % i))]),
  )

function invent(parents: readonly (readonly number[])[]) {
  const ledger = new SampleLedger()
  const models: LedgerRecord[] = []
  for (const [i, of] of parents.entries()) {
    const edges = of.map((parent) => ({
      ...edgeTo(models[parent] as LedgerRecord),
      relation: 'merge' as const,
    }))
    models.push(signedModel({ nonce: i + 1, name: `m-${i}`, parents: edges }))
  }
  ledger.commit(...models)
  return { ledger, models, ids: models.map(({ id }) => id) }
}

function countOf(counts: Readonly<Record<string, number>>, id: Digest): number {
  return counts[id] ?? 0
}

describe('any family', () => {
  it('holds each relative once, and is the same from above and from below', () => {
    fc.assert(
      fc.property(shape, (parents) => {
        const { ledger, ids } = invent(parents)
        const graphs = ids.map((id) => graphOf(ledger, id, { down: 1_000 }))
        for (const [i, { nodes }] of graphs.entries()) {
          assert.equal(new Set(nodes.map(({ record }) => record)).size, nodes.length)
          const above = nodes.filter(({ depth }) => depth > 0).map(({ record }) => record)
          for (const [j, other] of graphs.entries()) {
            const below = other.nodes.filter(({ depth }) => depth < 0)
            const isBelow = below.some(({ record }) => record === ids[i])
            assert.equal(isBelow, above.includes(ids[j] as Digest), `${i} below ${j}`)
          }
          const found = affectedBy(ledger, ids[i] as Digest)
          assert.equal(found.total, nodes.filter(({ depth }) => depth < 0).length)
          assert.equal(
            found.generations.reduce((sum, size) => sum + size, 0),
            found.total,
          )
        }
      }),
      { numRuns: 25 },
    )
  })

  it('counts exactly what it leaves out, in both directions', () => {
    const reach = fc.record({ up: fc.nat({ max: 3 }), down: fc.nat({ max: 3 }) })
    fc.assert(
      fc.property(shape, reach, fc.nat(), (parents, { up, down }, pick) => {
        const { ledger, ids } = invent(parents)
        const at = pick % ids.length
        const graph = graphOf(ledger, ids[at] as Digest, { up, down })
        const named = new Set(graph.nodes.map(({ record }) => record))
        for (const { record, depth } of graph.nodes) {
          const i = ids.indexOf(record)
          const above = graph.edges.filter(({ to }) => to === record).length
          const children = new Set(
            graph.edges
              .filter(({ from, to }) => from === record && named.has(to))
              .map(({ to }) => to),
          )
          if (depth >= 0) {
            assert.equal(above + countOf(graph.truncated, record), parents[i]?.length)
          }
          if (depth <= 0) {
            const all = parents.filter((of) => of.includes(i)).length
            assert.equal(children.size + countOf(graph.truncatedBelow, record), all)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})
