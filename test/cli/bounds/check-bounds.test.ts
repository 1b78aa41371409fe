import assert from 'node:assert/strict'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkBounds } from '../../../cli/bounds/check-bounds.ts'
import { hashArtefact } from '../../../cli/hashing/hash-artefact.ts'
import { Output } from '../../../cli/output/output.ts'
import type { Bound } from '../../../protocol/records/certificates/certificates.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

const sink = { write: () => true }
const output = new Output({ json: true, stdout: sink, stderr: sink, environment: {} })
const context = { output, signal: new AbortController().signal }
const BOUND: Bound = { field: 'value', min: 0, max: 10 }

describe('checking bounds', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  async function check(name: string, content: string, ...bounds: readonly Bound[]) {
    await writeFile(at(name), content)
    const hashed = await hashArtefact(context, at(name))
    return checkBounds(context, hashed, bounds.length === 0 ? [BOUND] : bounds)
  }

  const outside = async (name: string, content: string) =>
    (await check(name, content)).bounds[0]?.outside

  it('counts what is beyond, and what is no number at all', async () => {
    assert.equal(await outside('a.csv', 'value\n0\n10\n-1\n11\nhot\n\n"5"\n1e1\n'), 3)
    assert.equal(await outside('b.tsv', 'id\tvalue\n1\t12\n'), 1)
    assert.equal(await outside('c.jsonl', '{"value":1}\n{"value":-0.5}\n{"value":null}\n{}\n'), 1)
    assert.equal(await outside('d.json', '[{"value":true},{"value":"3"},{"value":[1]}]'), 2)
  })

  it('takes a missing minimum or maximum for none', async () => {
    const checked = await check('a.csv', 'value\n-5\n50\n', { field: 'value', max: 10 })
    assert.equal(checked.bounds[0]?.outside, 1)
  })

  it('says that it looked nowhere, rather than that all is well', async () => {
    const nowhere = await check('a.csv', 'other\n1\n')
    assert.equal(nowhere.bounds[0]?.outside, undefined)
    assert.deepEqual(nowhere.remarks, ['no value of value was found'])
    const torn = await check('b.csv', 'value\n"1')
    assert.equal(torn.bounds[0]?.outside, undefined)
    assert.match(torn.remarks[0] ?? '', /not checked.*row 2 ends inside quotes/)
  })

  it('adds the files of a directory up, and names the first that it cannot read', async () => {
    await mkdir(at('set/more'), { recursive: true })
    await writeFile(at('set/a.csv'), 'value\n11\n')
    await writeFile(at('set/more/b.json'), '[{"value": 12}]')
    for (let i = 0; i < 5; i++) await writeFile(at(`set/${i}.bin`), 'x')
    const { bounds, remarks } = await checkBounds(context, await hashArtefact(context, at('set')), [
      BOUND,
    ])
    assert.equal(bounds[0]?.outside, 2, 'what was found is there, whatever else was not read')
    assert.equal(remarks.length, 4)
    assert.match(remarks[3] ?? '', /2 more files/)
  })

  it('answers about the very bytes that were hashed', async () => {
    await writeFile(at('a.csv'), 'value\n1\n')
    const hashed = await hashArtefact(context, at('a.csv'))
    await appendFile(at('a.csv'), '11\n')
    await assert.rejects(checkBounds(context, hashed, [BOUND]), { code: 'changed-while-hashing' })
  })
})
