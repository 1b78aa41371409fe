import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CliRun } from '../../support/run-cli.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const BASE_ID = '8ad53dd3-4b02-4af5-a17f-e03d2fabee1c'
const OTHER_ID = '402441d4-677f-4363-84aa-6f5a400a179c'

describe('a model that comes with its Listing 1.1', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let ledger: ScriptedLedger
  let dataHash: string

  beforeEach(async () => {
    ledger = await ScriptedLedger.create(folder())
    for (const name of ['digits', 'base', 'child']) await writeFile(at(name), name)
    dataHash = String((await ledger.run('certify', 'dataset', at('digits'))).json().sha256)
    const base = await imported('base', { 'model-id': BASE_ID })
    assert.equal(base.code, 0, base.stderr)
  })
  afterEach(() => ledger.node.close())

  async function imported(name: string, said: object, ...more: string[]): Promise<CliRun> {
    const listing = {
      'record-type': 'model',
      'model-name': name,
      'parent-model-name': 'None',
      'parent-model-id': 'None',
      'training-data-hash': dataHash,
      'training-data-url': 'None',
      payload: '',
      ...said,
    }
    await writeFile(at('listing.json'), JSON.stringify(listing))
    const args = ['--dataset', 'digits', '--import', at('listing.json'), ...more]
    return ledger.run('certify', 'model', at(name), ...args)
  }

  const child = (said: object, ...more: string[]) =>
    imported('child', { 'model-id': OTHER_ID, ...said }, ...more)
  const ofBase = { 'parent-model-name': 'base', 'parent-model-id': BASE_ID }

  async function refusedAs(code: string, run: Promise<CliRun>): Promise<void> {
    const before = ledger.committed.size
    const { error } = (await run).json() as { readonly error?: { readonly code: string } }
    assert.equal(error?.code, code)
    assert.equal(ledger.committed.size, before, 'nothing was signed')
  }

  it('is certified where data and parent are those that the listing names', async () => {
    const { code, stderr } = await child(ofBase, '--parent', 'base')
    assert.equal(code, 0, stderr)
  })

  it('is refused where the hash is not that of the data (G8)', async () => {
    await refusedAs('edge-digest-mismatch', child({ 'training-data-hash': 'c4'.repeat(32) }))
  })

  it('is refused where the parent is another one, or not said', async () => {
    const other = { ...ofBase, 'parent-model-id': OTHER_ID }
    await refusedAs('edge-digest-mismatch', child(other, '--parent', 'base'))
    await refusedAs('edge-digest-mismatch', child({}, '--parent', 'base'))
    await refusedAs('usage', child(ofBase))
  })
})
