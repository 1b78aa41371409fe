import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT } from '../../cli/exit-codes.ts'
import { type CliRun, runCli } from '../cli/support/run-cli.ts'
import { TestNetwork } from './network.ts'

/** A megabyte and a bit: more than one block of content. */
const MODEL_BYTES = 1_300_000

describe('the story that the command line tells of four organisations', function () {
  this.timeout(180_000)
  let network: TestNetwork
  /** Ids of what was certified. */
  const ids: Record<string, string> = {}

  before(async () => {
    network = await TestNetwork.start()
    await mkdir(network.path('digits/more'), { recursive: true })
    await writeFile(network.path('digits/one.txt'), 'one\n')
    await writeFile(network.path('digits/more/two.txt'), 'two\n')
    await writeFile(network.path('base.bin'), Buffer.alloc(MODEL_BYTES, 1))
    await writeFile(network.path('child.bin'), Buffer.alloc(MODEL_BYTES, 2))
    await writeFile(network.path('secret.csv'), 'a,b\n1,2\n')
  })

  after(async () => network?.stop())

  async function succeeds(organisation: number, ...args: readonly string[]) {
    const run = await network.cli(organisation, ...args)
    assert.equal(run.code, EXIT.done, `${args.join(' ')}: ${run.stderr}`)
    return run.json()
  }

  async function failsWith(code: number, problem: string, run: Promise<CliRun>) {
    const { code: actual, json, stderr } = await run
    const { error } = json() as { readonly error: { readonly code: string } }
    assert.deepEqual([actual, error?.code], [code, problem], stderr)
    return error
  }

  it('certifies a dataset, a model and its child, each by another organisation (G1, G4, G5)', async () => {
    const args = ['--home', network.home(1), '--json', 'certify', 'dataset', network.path('digits')]
    const run = await runCli([...args, '--name', 'digits@1', '--share', 'members'])
    assert.equal(run.code, EXIT.done, run.stderr)
    const dataset = run.json()
    for (const field of ['id', 'height', 'sha256', 'cid', 'name']) assert.ok(dataset[field], field)
    assert.equal(dataset['name'], 'org1/digits@1')
    ids['dataset'] = String(dataset['id'])
    const base = await succeeds(
      2,
      'certify',
      'model',
      network.path('base.bin'),
      '--name',
      'base',
      '--dataset',
      'org1/digits@1',
      '--share',
      'members',
    )
    ids['base'] = String(base['id'])
    const child = await succeeds(
      3,
      'certify',
      'model',
      network.path('child.bin'),
      '--name',
      'child',
      '--dataset',
      ids['dataset'],
      '--parent',
      'org2/base@1',
      '--relation',
      'finetune',
      '--share',
      'members',
    )
    ids['child'] = String(child['id'])
    assert.ok(Number(child['height']) > Number(base['height']))
    assert.ok(Number(base['height']) > Number(dataset['height']))
  })

  it('never certifies twice when the command is repeated', async () => {
    const args = [
      'certify',
      'dataset',
      network.path('digits'),
      '--name',
      'digits@1',
      '--share',
      'members',
    ]
    const again = await succeeds(1, ...args)
    assert.deepEqual([again['id'], again['repeated']], [ids['dataset'], true])
  })

  it('shows the family tree to the organisation that made nothing', async () => {
    const lineage = await succeeds(4, 'lineage', 'org3/child@1')
    const nodes = lineage['nodes'] as readonly { readonly record: string }[]
    assert.equal(lineage['root'], ids['child'])
    const records = nodes.map(({ record }) => record).sort((a, b) => (a < b ? -1 : 1))
    const expected = [ids['child'], ids['base'], ids['dataset']].sort((a, b) =>
      String(a) < String(b) ? -1 : 1,
    )
    assert.deepEqual(records, expected)
    const shown = await succeeds(4, 'show', String(ids['child']).slice(0, 12))
    assert.deepEqual(
      [shown['name'], shown['organisation'], shown['state']],
      ['child', 'org3', 'registered'],
    )
    const { artefacts } = (await succeeds(4, 'list')) as {
      readonly artefacts?: readonly { record: string }[]
    }
    assert.deepEqual(
      artefacts?.map(({ record }) => record),
      [ids['dataset'], ids['base'], ids['child']],
    )
    const status = await succeeds(4, 'status')
    assert.equal(status['faultsTolerated'], 1)
    for (const field of ['network', 'height', 'committee', 'peers']) assert.ok(status[field], field)
  })

  it('fetches and verifies a model and a directory, and tells what was changed', async () => {
    const model = network.path('fetched.bin')
    await succeeds(4, 'get', 'org3/child@1', '--out', model)
    assert.deepEqual(await readFile(model), await readFile(network.path('child.bin')))
    const verdict = await succeeds(4, 'verify', model)
    assert.equal(verdict['verdict'], 'verified')
    assert.ok(Array.isArray(verdict['checks']))
    const folder = network.path('fetched-digits')
    await succeeds(4, 'get', 'org1/digits@1', '--out', folder)
    assert.equal(await readFile(join(folder, 'more/two.txt'), 'utf8'), 'two\n')
    await writeFile(join(folder, 'more/two.txt'), 'too\n')
    await writeFile(join(folder, 'three.txt'), 'three\n')
    const changed = await network.cli(4, 'verify', folder)
    assert.equal(changed.code, EXIT.refused)
    const { verdict: word, difference } = changed.json()
    assert.equal(word, 'modified')
    assert.deepEqual(difference, { changed: ['more/two.txt'], missing: [], extra: ['three.txt'] })
  })

  it('proves it all offline from one receipt, and refuses a changed one', async () => {
    const receipt = network.path('child.receipt')
    await succeeds(4, 'receipt', 'org3/child@1', '--out', receipt)
    const offline = [
      'verify',
      '--receipt',
      receipt,
      '--genesis',
      network.genesis,
      network.path('child.bin'),
    ]
    const nowhere = ['--home', network.path('no-home'), '--json', ...offline]
    const run = await runCli(nowhere)
    assert.equal(run.code, EXIT.done, run.stderr)
    const verdict = run.json() as {
      readonly verdict: string
      readonly proven: { readonly records: readonly unknown[] }
    }
    assert.equal(verdict.verdict, 'verified')
    assert.equal(verdict.proven.records.length, 3)
    const bytes = await readFile(receipt)
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(receipt, bytes)
    assert.equal((await network.cli(4, ...offline)).code, EXIT.refused)
  })

  it('retires a model by its owner only (T-P5, T-P6)', async () => {
    await failsWith(
      EXIT.refused,
      'not-allowed',
      network.cli(2, 'retire', 'org3/child@1', '--reason', 'envy'),
    )
    await succeeds(3, 'retire', 'org3/child@1', '--reason', 'labels were swapped')
    const shown = await succeeds(4, 'show', 'org3/child@1')
    assert.equal(shown['state'], 'retired')
    await failsWith(
      EXIT.refused,
      'illegal-transition',
      network.cli(3, 'retire', 'org3/child@1', '--reason', 'again'),
    )
  })

  it('exits with 2 for a name that means several things, and 1 for one that means nothing', async () => {
    await writeFile(network.path('other.txt'), 'other\n')
    await succeeds(1, 'certify', 'dataset', network.path('other.txt'), '--name', 'twice')
    await writeFile(network.path('other.txt'), 'another\n')
    await succeeds(1, 'certify', 'dataset', network.path('other.txt'), '--name', 'twice')
    await failsWith(EXIT.usage, 'ambiguous', network.cli(1, 'show', 'org1/twice@1'))
    await failsWith(EXIT.refused, 'unknown-id', network.cli(1, 'show', 'org1/nothing@1'))
    await failsWith(
      EXIT.usage,
      'usage',
      network.cli(1, 'lineage', 'org3/child@1', '--depth', 'deep'),
    )
  })

  it('exits with 3 where the salt is missing, and decides with it', async () => {
    await succeeds(
      1,
      'certify',
      'dataset',
      network.path('secret.csv'),
      '--name',
      'secret',
      '--salted',
    )
    const against = ['verify', network.path('secret.csv'), '--against', 'org1/secret@1']
    assert.equal((await succeeds(1, ...against))['verdict'], 'verified')
    const without = await network.cli(4, ...against)
    assert.deepEqual([without.code, without.json()['verdict']], [EXIT.undecidable, 'undecidable'])
  })

  it('exits with 4 for a node that is down and 5 for a network without a quorum, and resumes', async () => {
    await network.kill(3, 4)
    await failsWith(EXIT.unreachable, 'node-not-running', network.cli(4, 'status'))
    await writeFile(network.path('late.txt'), 'late\n')
    const args = ['certify', 'dataset', network.path('late.txt'), '--timeout', '300ms']
    const { id } = (await failsWith(
      EXIT.timedOut,
      'timed-out',
      network.cli(1, ...args),
    )) as unknown as { readonly id: string }
    await network.start(3)
    const again = await succeeds(
      1,
      'certify',
      'dataset',
      network.path('late.txt'),
      '--timeout',
      '60s',
    )
    assert.equal(again['id'], id)
  })
})
