import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderVectors, VECTORS } from '../../vectors/all-vectors.ts'

const SPEC = join(import.meta.dirname, '..', '..', '..', 'protocol', 'SPEC.md')

/** The hex blocks of the text, without line breaks and the comments behind the bytes. */
function examples(): string[] {
  const text = readFileSync(SPEC, 'utf8')
  return Array.from(text.matchAll(/^```hex\n([^`]*)^```$/gm), ([, block]) =>
    (block ?? '').replace(/#.*$/gm, '').replace(/\s/g, ''),
  )
}

/** Every hex string of every vector; a page of the state tree stands behind its key. */
function vectorBytes(): ReadonlySet<string> {
  const files = Object.keys(VECTORS) as (keyof typeof VECTORS)[]
  return new Set(files.flatMap((file) => renderVectors(file).match(/\b[0-9a-f]{4,}\b/g) ?? []))
}

describe('SPEC.md', () => {
  it('shows the bytes of golden vectors and no others', () => {
    const known = vectorBytes()
    const shown = examples()
    assert.ok(shown.length >= 15, `${shown.length} examples`)
    for (const example of shown) {
      const halves = [example.slice(0, 64), example.slice(64)]
      const isPair = example.length === 128 && halves.every((half) => known.has(half))
      assert.ok(known.has(example) || isPair, `no vector has ${example}`)
    }
  })
})
