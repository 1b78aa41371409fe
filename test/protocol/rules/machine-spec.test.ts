import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILT_IN_TYPES } from '../../../protocol/rules/artefact-types.ts'
import { machineRows } from './machine-table.ts'

const SPEC = join(import.meta.dirname, '..', '..', '..', 'protocol', 'SPEC.md')

/** The rows of the table below a heading, without the spaces that align them. */
function rowsBelow(heading: string): readonly string[] {
  const [, below = ''] = readFileSync(SPEC, 'utf8').split(`\n${heading}\n`)
  const [section = ''] = below.split('\n## ')
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replace(/ +/g, ' ').replace(/\| \|/g, '| |'))
    .slice(2)
}

describe('SPEC.md', () => {
  it('has every transition of every type, and no others', () => {
    const rows = machineRows().map((row) => row.replace(/ +/g, ' '))
    assert.deepEqual(rowsBelow('## The life of an artefact').toSorted(), rows.toSorted())
  })

  it('names every state of every type', () => {
    const text = readFileSync(SPEC, 'utf8')
    for (const { states } of Object.values(BUILT_IN_TYPES)) {
      assert.ok(text.includes(states.map((state) => `\`${state}\``).join(', ')), states.join())
    }
  })
})
