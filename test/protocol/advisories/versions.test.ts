import assert from 'node:assert/strict'
import fc from 'fast-check'
import { affectedness, compareVersions } from '../../../protocol/advisories/versions.ts'

const below = (introduced: string, fixed: string) => ({ ranges: [{ introduced, fixed }] })

describe('versions', () => {
  it('of npm follow semver', () => {
    assert.equal(compareVersions('npm', '2.0.0-rc.1', '2.0.0'), -1)
    assert.equal(compareVersions('npm', '1.10.0', '1.9.0'), 1)
    assert.equal(compareVersions('npm', '1.0.0+a', '1.0.0+b'), 0)
    assert.equal(compareVersions('npm', 'latest', '1.0.0'), undefined)
  })

  it('of PyPI follow PEP 440, where a local build is what it was built from', () => {
    assert.equal(compareVersions('pypi', '1.0', '1.0.0'), 0)
    assert.equal(compareVersions('pypi', '2.0rc1', '2.0'), -1)
    assert.equal(compareVersions('pypi', '1!0.1', '9.0'), 1)
    assert.equal(compareVersions('pypi', '2.0.1+cu118', '2.0.1'), 0)
  })

  it('of other ecosystems are only equal, or not known', () => {
    assert.equal(compareVersions('deb', '7.50.3-1', '7.50.3-1'), 0)
    assert.equal(compareVersions('deb', '7.50.3-1', '7.50.4-1'), undefined)
  })

  it('that are too long to be one are compared with nothing', () => {
    assert.equal(compareVersions('pypi', `1.${'0'.repeat(300)}`, '1.0'), undefined)
  })

  it('have an order without contradictions', () => {
    const version = fc
      .tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.constantFrom('', '-a', '-a.1', '-b'))
      .map(([major, minor, patch, tag]) => `${major}.${minor}.${patch}${tag}`)
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, bc, ac, ba] = [
          [a, b],
          [b, c],
          [a, c],
          [b, a],
        ].map(([x = '', y = '']) => compareVersions('npm', x, y) ?? Number.NaN) as number[]
        assert.equal(Math.sign(ab as number), -Math.sign(ba as number))
        if ((ab as number) <= 0 && (bc as number) <= 0) assert.ok((ac as number) <= 0)
      }),
    )
  })
})

describe('whether a version is affected', () => {
  it('is decided by ranges: introduced within, fixed without', () => {
    const range = below('1.0.0', '1.4.2')
    for (const [version, expected] of [
      ['0.9.9', 'not-affected'],
      ['1.0.0', 'affected'],
      ['1.4.1', 'affected'],
      ['1.4.2-rc.1', 'affected'],
      ['1.4.2', 'not-affected'],
    ] as const) {
      assert.equal(affectedness('npm', version, range), expected, version)
    }
  })

  it('counts the last affected version, and everything where no end is known', () => {
    const last = { ranges: [{ introduced: '0', lastAffected: '2.0.1' }] }
    assert.equal(affectedness('pypi', '2.0.1', last), 'affected')
    assert.equal(affectedness('pypi', '2.0.1+cu118', last), 'affected')
    assert.equal(affectedness('pypi', '2.0.2', last), 'not-affected')
    assert.equal(affectedness('gem', '1.2', { ranges: [{ introduced: '0' }] }), 'affected')
  })

  it('finds listed versions, however they are written', () => {
    assert.equal(affectedness('pypi', '1.2.0', { versions: ['1.2'] }), 'affected')
    assert.equal(affectedness('deb', '1-2', { versions: ['1-2'] }), 'affected')
    assert.equal(affectedness('deb', '1-3', { versions: ['1-2'] }), 'not-affected')
  })

  it('is unknown, and never "no", where versions cannot be compared', () => {
    assert.equal(affectedness('deb', '1-2', below('0', '1-3')), 'unknown')
    assert.equal(affectedness('deb', '1-3', below('0', '1-3')), 'not-affected')
    assert.equal(affectedness('npm', 'main', below('0', '1.0.0')), 'unknown')
    assert.equal(affectedness('npm', undefined, below('0', '1.0.0')), 'unknown')
    assert.equal(affectedness('npm', '1.0.0', below('one', 'two')), 'unknown')
  })
})
