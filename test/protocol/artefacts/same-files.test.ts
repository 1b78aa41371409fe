import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Manifest } from '../../../protocol/artefacts/manifest.ts'
import { haveSameFiles } from '../../../protocol/artefacts/same-files.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { utf8Encode } from '../../../protocol/encoding/utf8.ts'

function manifestOf(texts: readonly string[], prefix = ''): Manifest {
  const files = texts.map((text, i) => {
    const bytes = utf8Encode(text)
    return { name: `${prefix}${i}`, bytes: bytes.length, sha256: digestOf(bytes) }
  })
  return { format: 'pedigree-manifest/1', files }
}

const sorted = (texts: readonly string[]) => [...texts].sort().join('\n')

describe('two directories', () => {
  it('have the same files exactly when each content is in both as often, in any order', () => {
    const texts = fc.array(fc.constantFrom('', 'a', 'b', 'c'), { maxLength: 5 })
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const isSame = sorted(a) === sorted(b) && a.some((text) => text !== '')
        assert.equal(haveSameFiles(manifestOf(a), manifestOf(b, 'x')), isSame)
        assert.equal(haveSameFiles(manifestOf(b, 'x'), manifestOf(a)), isSame)
      }),
    )
  })

  it('of nothing but empty files prove nothing', () => {
    assert.equal(haveSameFiles(manifestOf(['', '']), manifestOf(['', ''], 'x')), false)
  })
})
