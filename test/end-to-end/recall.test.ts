import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { runProgram } from '../../cli/run-program.ts'
import { until } from './ledger-client.ts'
import { TestNetwork } from './network.ts'

describe('recalls in a network of four real nodes', function () {
  this.timeout(180_000)
  let network: TestNetwork
  let dataset = ''
  let model = ''

  async function succeeds(organisation: number, ...args: readonly string[]) {
    const run = await network.cli(organisation, ...args)
    assert.equal(run.code, 0, `${args.join(' ')}: ${run.stderr}`)
    return run.json()
  }

  /** Asked until the node has the block that matters: each is level with the others a moment later. */
  async function verdictBecomes(organisation: number, verdict: string, code: number) {
    return until(`verify says ${verdict}`, async () => {
      const run = await network.cli(organisation, 'verify', network.path('child.bin'))
      const document = run.json()
      if (document['verdict'] !== verdict) return undefined
      assert.equal(run.code, code)
      return document
    })
  }

  before(async () => {
    network = await TestNetwork.start()
    for (const name of ['digits.csv', 'base.bin', 'child.bin']) {
      await writeFile(network.path(name), name)
    }
    const certify = async (organisation: number, ...args: readonly string[]) =>
      String((await succeeds(organisation, 'certify', ...args))['id'])
    dataset = await certify(
      1,
      'dataset',
      network.path('digits.csv'),
      '--name',
      'digits@1',
      '--software',
      'pkg:npm/left-pad@1.2.0',
    )
    const data = ['--dataset', dataset]
    await until('org2 has it', async () => {
      const run = await network.cli(2, 'show', dataset)
      return run.code === 0 ? true : undefined
    })
    model = await certify(2, 'model', network.path('base.bin'), '--name', 'base@1', ...data)
    await until('org3 has it', async () => {
      const run = await network.cli(3, 'show', model)
      return run.code === 0 ? true : undefined
    })
    const unknown = ['--dataset', 'unknown', '--reason', 'only the parent is known']
    const parent = ['--parent', model, '--relation', 'quantized']
    await certify(3, 'model', network.path('child.bin'), '--name', 'child@1', ...parent, ...unknown)
  })

  after(async () => network?.stop())

  it('the recall of a dataset makes verify of a grandchild exit 1, and a subscriber hears of it', async () => {
    await verdictBecomes(3, 'verified', 0)
    const stop = new AbortController()
    let heard = ''
    const watching = runProgram(['--home', network.home(4), '--json', 'watch', '--recalls'], {
      stdout: { write: (text: string) => (heard += text) },
      stderr: { write: () => true },
      environment: {},
      signal: stop.signal,
    })
    const recall = await succeeds(1, 'recall', dataset, '--reason', 'labels were swapped')
    assert.equal(recall['standing'], 'in-force')
    const { checks } = await verdictBecomes(3, 'recalled', 1)
    assert.match(
      JSON.stringify(checks),
      /org1\/digits@1.*recalled since block.*labels were swapped/,
    )
    // Watching began beside the recall, so that one may have been missed: whatever comes later is heard.
    let times = 0
    await until('org4 hears', async () => {
      await succeeds(2, 'recall', model, '--reason', `made from it, ${++times}`)
      await succeeds(2, 'recall', model, '--lift', '--reason', `once more, ${times}`)
      return heard.includes('"recalled"') && heard.includes('"lifted"') ? true : undefined
    })
    stop.abort()
    assert.equal(await watching, 0)
    await succeeds(1, 'recall', dataset, '--lift', '--reason', 'labels were checked')
    await verdictBecomes(3, 'verified', 0)
  })

  it('the proposal of another organisation needs a quorum of admin keys, and so does its end', async () => {
    const decide = async (id: string) => {
      for (const organisation of [2, 3, 4]) {
        await until(`org${organisation} approves`, async () => {
          const run = await network.cli(organisation, 'approve', id)
          return run.code === 0 ? true : undefined
        })
      }
    }
    const proposal = await succeeds(4, 'recall', dataset, '--reason', 'poisoned')
    assert.deepEqual([proposal['standing'], proposal['approvalsNeeded']], ['open', 3])
    await verdictBecomes(3, 'verified', 0)
    await decide(String(proposal['id']))
    const { flags } = await verdictBecomes(3, 'recalled', 1)
    const [own] = flags as { recalls: { by: string; organisation: string }[] }[]
    assert.deepEqual(
      own?.recalls.map(({ by, organisation }) => [by, organisation]),
      [['committee', 'org4']],
    )
    const lift = await until('org1 knows that it is recalled', async () => {
      const run = await network.cli(1, 'recall', dataset, '--lift', '--reason', 'it was not')
      return run.code === 0 ? run.json() : undefined
    })
    assert.equal(lift['standing'], 'open')
    await decide(String(lift['id']))
    await verdictBecomes(3, 'verified', 0)
  })

  it('an advisory flags what was made with the package, and everything from it, until it is withdrawn', async () => {
    const flags = ['--package', 'pkg:npm/left-pad', '--versions', '<1.3.0', '--summary', 'it pads']
    const { id } = await succeeds(4, 'advisory', 'publish', ...flags)
    const { artefacts } = await succeeds(4, 'advisory', 'affected', String(id))
    assert.deepEqual(
      (artefacts as { artefact: { name: string } }[]).map(({ artefact }) => artefact.name),
      ['org1/digits@1', 'org2/base@1', 'org3/child@1'],
    )
    const withdraw = ['advisory', 'withdraw', String(id), '--reason', 'it pads well']
    await until('every other node has it, and refuses to withdraw what is of org4', async () => {
      const runs = await Promise.all([1, 2, 3].map((each) => network.cli(each, ...withdraw)))
      const codes = runs.map((run) => (run.json()['error'] as { code?: string })?.code)
      return codes.every((code) => code === 'not-allowed') ? true : undefined
    })
    await succeeds(4, ...withdraw)
    await until('org3 sees that it flags nothing any more', async () => {
      const found = await succeeds(3, 'advisory', 'affected', String(id))
      const { withdrawn } = found['advisory'] as { withdrawn?: { organisation: string } }
      if (withdrawn === undefined) return undefined
      assert.deepEqual([withdrawn.organisation, found['artefacts']], ['org4', []])
      return true
    })
  })
})
