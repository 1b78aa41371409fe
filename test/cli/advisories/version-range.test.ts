import assert from 'node:assert/strict'
import { affectedPackage } from '../../../cli/advisories/version-range.ts'

const rangesOf = (text: string, purl = 'pkg:npm/x') => {
  const { versions, ranges } = affectedPackage(purl, text)
  return versions === undefined ? ranges : ranges === undefined ? versions : { versions, ranges }
}

describe('versions as people type them', () => {
  it('are bounds, alternatives, single versions, or all', () => {
    assert.deepEqual(rangesOf('<2.3.1'), [{ introduced: '0', fixed: '2.3.1' }])
    assert.deepEqual(rangesOf('>= 1.0.0, <= 2.0.0'), [
      { introduced: '1.0.0', lastAffected: '2.0.0' },
    ])
    assert.deepEqual(rangesOf('>=1.0.0 <2.3.1'), [{ introduced: '1.0.0', fixed: '2.3.1' }])
    assert.deepEqual(rangesOf('1.2.0 || =1.2.1'), ['1.2.0', '1.2.1'])
    assert.deepEqual(rangesOf('*'), [{ introduced: '0' }])
    assert.deepEqual(rangesOf('<1.0.0 || 2.0.0'), {
      versions: ['2.0.0'],
      ranges: [{ introduced: '0', fixed: '1.0.0' }],
    })
  })

  it('of an ecosystem that nobody can compare are taken as they are', () => {
    assert.deepEqual(rangesOf('>=9-1 <7-1', 'pkg:deb/debian/x'), [
      { introduced: '9-1', fixed: '7-1' },
    ])
  })

  it('that say nothing clear are refused', () => {
    for (const text of [
      '',
      '>1.0.0',
      '~1.0.0',
      '1.0.0 2.0.0',
      '<1.0.0 <2.0.0',
      '>=2.0.0 <2.0.0',
      '||',
    ]) {
      assert.throws(() => rangesOf(text), { code: 'usage' }, text)
    }
  })
})
