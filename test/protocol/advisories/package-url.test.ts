import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  normalPackageUrl,
  packageUrlOf,
  parsePackageUrl,
} from '../../../protocol/advisories/package-url.ts'

describe('a package URL', () => {
  it('has one normal form, however it is written', () => {
    for (const [text, normal] of [
      ['pkg:pypi/Scikit_Learn@1.2', 'pkg:pypi/scikit-learn@1.2'],
      ['pkg:npm/@scope/name@1.2.3', 'pkg:npm/%40scope/name@1.2.3'],
      ['pkg:npm/%40scope/name@1.2.3?a=b#c', 'pkg:npm/%40scope/name@1.2.3'],
      ['pkg:deb/debian/curl@7.50.3-1?arch=i386', 'pkg:deb/debian/curl@7.50.3-1'],
      ['pkg:golang/github.com/a/b@v1', 'pkg:golang/github.com/a/b@v1'],
    ] as const) {
      assert.equal(normalPackageUrl(text), normal)
    }
  })

  it('is taken apart into type, base and version', () => {
    assert.deepEqual(parsePackageUrl('pkg:pypi/torch@2.0.1%2Bcu118'), {
      type: 'pypi',
      base: 'pkg:pypi/torch',
      version: '2.0.1+cu118',
    })
    assert.equal(parsePackageUrl('pkg:npm/@scope/name').version, undefined)
  })

  it('is its own name where no library understands it', () => {
    assert.equal(normalPackageUrl('pkg:npm/%zz@1'), 'pkg:npm/%zz@1')
    assert.equal(packageUrlOf('npm', undefined, ''), undefined)
  })

  it('of any letters is taken apart without an error, and its normal form stays the same', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...Array.from('ab/@%2F?#.:!é1')),
      minLength: 1,
    })
    fc.assert(
      fc.property(letters, (text) => {
        const normal = normalPackageUrl(`pkg:npm/${text}`)
        assert.equal(normal.includes('?') || normal.includes('#'), false)
      }),
    )
  })
})
