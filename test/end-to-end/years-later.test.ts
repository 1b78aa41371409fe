import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EXIT } from '../../cli/exit-codes.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { until } from './ledger-client.ts'
import { CLI_MAIN, TestNetwork } from './network.ts'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const PEDIGREE = `pedigree() { "${process.execPath}" "${CLI_MAIN}" "$@"; }`
/** What is typed in the other terminal, or tells where the clone is. */
const ELSEWHERE = /^pedigree(\(\)| devnet )/

/** The commands for a data scientist, as the first page has them. */
async function typedOnTheFirstPage(): Promise<string> {
  const [, page = ''] = (await readFile(README, 'utf8')).split('## For a data scientist')
  const [, block = ''] = /^```\n(.*?)^```$/ms.exec(page) ?? []
  const lines = block.split('\n').filter((line) => !ELSEWHERE.test(line))
  return [PEDIGREE, ...lines].join('\n')
}

/** What a factory feeds to a model, a file for each kind, and what its certificate says of it. */
const INPUTS = {
  process: {
    content: 'force,speed\n31,4\n',
    bounds: '- {field: force, min: 0, max: 80, unit: kN}',
  },
  workpiece: { content: 'the picture of a surface', bounds: undefined },
  order: { content: 'roughness,material\n0.8,2\n', bounds: '- {field: roughness, max: 1.6}' },
} as const

describe('a ledger, from the first page to years later', function () {
  this.timeout(240_000)
  let network: TestNetwork

  before(async () => {
    network = await TestNetwork.start()
    await writeFile(network.path('digits.csv'), 'digits')
    for (const version of [1, 2, 3]) {
      await writeFile(network.path(`model-${version}.bin`), `weights ${version}`)
    }
    await succeeds(1, 'certify', 'dataset', network.path('digits.csv'), '--name', 'digits')
  })

  after(async () => network?.stop())

  async function succeeds(organisation: number, ...args: readonly string[]) {
    const run = await network.cli(organisation, ...args)
    assert.equal(run.code, EXIT.done, `${args.join(' ')}: ${run.stderr}`)
    return run.json()
  }

  /** Asked until the node has the block that the others have. */
  async function shown(organisation: number, id: string) {
    return until(`org${organisation} has ${id}`, async () => {
      const run = await network.cli(organisation, 'show', id)
      return run.code === EXIT.done ? run.json() : undefined
    })
  }

  it('begins with the first page, which can be typed as it stands', async () => {
    const script = await typedOnTheFirstPage()
    const { stdout, code } = await new Promise<{ stdout: string; code: unknown }>((resolve) => {
      const options = { cwd: network.folder }
      execFile('bash', ['-c', script], options, (error, out) =>
        resolve({ stdout: out, code: error?.code }),
      )
    })
    assert.match(stdout, /trained on dataset org1\/people\.csv@1 \((observed|inferred)\)/)
    assert.match(stdout, /^verified: .*^recalled: .*people\.csv@1 .*made up/ms)
    assert.equal(code, EXIT.refused, 'the last verify exits with 1')
  })

  it('has every version of a model that is trained on while it is deployed (G17, G27, G33, M57)', async () => {
    await shown(2, 'org1/digits')
    const certify = (version: number, ...more: readonly string[]) =>
      succeeds(
        2,
        'certify',
        'model',
        network.path(`model-${version}.bin`),
        '--name',
        `sorter@${version}`,
        '--dataset',
        'org1/digits',
        '--share',
        'members',
        ...more,
      )
    await certify(1)
    await succeeds(2, 'evaluate', 'sorter@1', '--metric', 'accuracy=0.9')
    await succeeds(2, 'deploy', 'sorter@1', '--place', 'press 4')
    for (const version of [2, 3]) {
      const before = `sorter@${version - 1}`
      await certify(version, '--parent', before)
      await succeeds(2, 'event', before, 'retrained', '--ref', `successor=sorter@${version}`)
    }
    assert.equal((await shown(4, 'org2/sorter@1'))['state'], 'deployed', 'it went on working')
    await shown(4, 'org2/sorter@3')
    const { nodes } = await succeeds(4, 'lineage', 'org2/sorter@3')
    assert.deepEqual(
      (nodes as readonly { name: string; version: string }[])
        .map(({ name, version }) => `${name}@${version}`)
        .toSorted((a, b) => (a < b ? -1 : 1)),
      ['digits@1', 'sorter@1', 'sorter@2', 'sorter@3'],
    )
  })

  it('has the data of process, workpiece and order, signed by the source itself (M58, M77)', async () => {
    await mkdir(network.path('press'))
    await succeeds(3, 'person', 'add', 'press-4', '--source')
    const key = join(network.home(3), HOME_FILES.userKeys, 'source-press-4.json')
    for (const [kind, { content, bounds }] of Object.entries(INPUTS)) {
      const path = network.path(`press/${kind}`)
      await writeFile(path, content)
      const args = ['--source', 'press 4', '--acquisition', 'logged', '--type', kind, '--key', key]
      if (bounds !== undefined) {
        await writeFile(network.path(`${kind}.yaml`), `${bounds}\n`)
        args.push('--bounds', network.path(`${kind}.yaml`))
      }
      const { id } = await until('the key of the source counts', async () => {
        const run = await network.cli(3, 'certify', 'raw-data', path, ...args)
        return run.code === EXIT.done ? run.json() : undefined
      })
      await shown(4, String(id))
      const { certificate } = await succeeds(4, 'show', String(id), '--full')
      const { dataType } = certificate as { readonly dataType: string }
      const { signer, organisation } = await shown(4, String(id))
      assert.deepEqual([dataType, signer, organisation], [kind, 'press-4', 'org3'])
    }
  })

  it('is whole again on a node that lost it, from the others (G18)', async () => {
    const { height } = await succeeds(1, 'status')
    await network.halt(4)
    for (const lost of [HOME_FILES.data, HOME_FILES.blocks]) {
      await rm(join(network.home(4), lost), { recursive: true })
    }
    await network.start(4)
    assert.ok(Number((await succeeds(4, 'status'))['height']) >= Number(height))
    for (const id of ['org2/sorter@3', 'org1/digits']) {
      const [mine, theirs] = [await succeeds(4, 'show', id), await succeeds(1, 'show', id)]
      assert.deepEqual([mine['record'], mine['sha256']], [theirs['record'], theirs['sha256']])
    }
  })

  it('leads to the bytes of a model whose owner is gone, where somebody has fetched it (G18)', async () => {
    await succeeds(4, 'get', 'org2/sorter@3', '--out', network.path('kept.bin'))
    await network.kill(2)
    await succeeds(3, 'get', 'org2/sorter@3', '--out', network.path('found.bin'))
    assert.equal(await readFile(network.path('found.bin'), 'utf8'), 'weights 3')
    assert.equal((await succeeds(3, 'verify', network.path('found.bin')))['verdict'], 'verified')
  })
})
