import assert from 'node:assert/strict'
import fc from 'fast-check'
import { subsetOfFiles, subsetOfIndices } from '../../../protocol/artefacts/subset.ts'
import { isRejection } from '../../../protocol/rejection.ts'

describe('a subset', () => {
  it('has one digest whatever the order in which its members are named', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9é]{1,8}$/), { minLength: 1 })
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 9 }), (list, more) => {
        const of = list.length + more
        assert.deepEqual(subsetOfFiles([...list].reverse(), of), subsetOfFiles(list, of))
      }),
    )
    assert.deepEqual(subsetOfIndices([10, 2, 1], 11), subsetOfIndices([1, 2, 10], 11))
  })

  it('has another digest for other members, and for another kind', () => {
    const digests = [
      subsetOfFiles(['a', 'b'], 3),
      subsetOfFiles(['a', 'c'], 3),
      subsetOfFiles(['a,b'], 3),
      subsetOfFiles(['1', '2'], 3),
      subsetOfIndices([1, 2], 3),
      subsetOfIndices([1], 3),
    ].map((subset) => (isRejection(subset) ? assert.fail(subset.detail) : subset.digest))
    assert.equal(new Set(digests).size, digests.length)
  })

  it('tells how many of how many', () => {
    const subset = subsetOfFiles(['x/a.csv', 'b.csv'], 5_012)
    assert.ok(!isRejection(subset))
    assert.deepEqual([subset.kind, subset.count, subset.of], ['files', 2, 5_012])
  })

  it('is refused when it is empty, larger than the whole, or names a member twice', () => {
    const bad = [
      subsetOfFiles([], 3),
      subsetOfFiles(['a', 'b'], 1),
      subsetOfFiles(['a', 'a'], 3),
      subsetOfFiles(['../a'], 3),
      subsetOfFiles(['a\nb'], 3),
      subsetOfIndices([], 3),
      subsetOfIndices([3], 3),
      subsetOfIndices([-1], 3),
      subsetOfIndices([0.5], 3),
      subsetOfIndices([1, 1], 3),
    ]
    for (const subset of bad) assert.ok(isRejection(subset), JSON.stringify(subset))
  })
})
