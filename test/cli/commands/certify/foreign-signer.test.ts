import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { AS_OF } from '../../support/scripted-node.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

describe('a key of another organisation', () => {
  const folder = useTemporaryFolder()
  let ledger: ScriptedLedger
  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
  })
  afterEach(() => ledger.node.close())

  it('signs nothing here, where it would seem to speak for this one', async () => {
    const author = {
      did: `did:key:z6Mk${'a'.repeat(44)}`,
      organisation: 'beta',
      class: 'person',
      name: 'bob',
    }
    const json = { ...author, valid: true, nextNonce: 1, asOf: AS_OF }
    ledger.node.on('GET', `/chains/${ledger.chain}/authors/.*`, () => ({ json }))
    const path = join(folder(), 'data')
    await writeFile(path, 'x')
    const run = await ledger.run('certify', 'dataset', path)
    assert.deepEqual([run.code, (run.json().error as { code: string }).code], [1, 'key-unsuitable'])
    assert.match(run.stderr, /belongs to beta, and this home to acme/)
    assert.deepEqual(ledger.node.posted('/chains/.*/records'), [])
  })
})
