import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runHere } from '../support/in-process.ts'
import { LiveLedger } from '../support/live-ledger.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

describe('a receipt with the whole story', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger

  const idOf = async (org: number, ...args: readonly string[]) => {
    const run = await live.run(org, ...args)
    assert.equal(run.code, 0, run.stdout + run.stderr)
    return String(run.json()['id'])
  }
  const phase = async (org: number, name: string, yaml: string, ...more: readonly string[]) => {
    await writeFile(at('p.yaml'), yaml)
    const model = 'org02/model@1'
    return idOf(org, 'phase', 'add', model, '--phase', name, '--from', at('p.yaml'), ...more)
  }
  const receipt = async (...flags: readonly string[]) => {
    await idOf(4, 'receipt', 'org02/model@1', '--out', at('receipt'), ...flags)
    const genesis = join(live.home(4), 'genesis.json')
    return (...args: readonly string[]) =>
      runHere([...args, 'verify', '--receipt', at('receipt'), '--genesis', genesis, at('model')])
  }

  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    await writeFile(at('used.txt'), 'of 10\n1\n2\n')
    for (const name of ['data', 'model']) await writeFile(at(name), name)
    await idOf(1, 'certify', 'dataset', at('data'))
    const edge = ['--dataset', 'org01/data@1', '--subset', `org01/data@1=${at('used.txt')}`]
    await idOf(2, 'certify', 'model', at('model'), ...edge, '--software', 'pkg:pypi/torch@2.8.0')
    await idOf(2, 'invite', 'model@1', '--org', 'org01')
  })
  afterEach(() => live.stop())

  it('tells offline which phases there are, by whom, and which are missing', async () => {
    await phase(2, 'requirements', 'goal: read digits\n')
    const first = await phase(2, 'training', 'hyperparameters: {epochs: 3}\n')
    const second = await phase(2, 'training', 'hyperparameters: {}\n', '--supersedes', first)
    const dataset = 'dataset: {id: org01/data@1, subset: used.txt}'
    await phase(1, 'evaluation', `metrics: {accuracy: 0.9}\n${dataset}\n`)
    const verify = await receipt('--full')
    const { code, stdout } = await verify()
    assert.equal(code, 0, stdout)
    const short = (id: string) => id.slice(0, 12)
    for (const line of [
      /✓ phases, events, recalls and answers: all 5 records about it as of block 7 are proven with it\n/,
      /dataset org01\/data@1 \(.*\), 2 of 10 indices\n/,
      /software pkg:pypi\/torch@2.8.0 \(declared\)\n/,
      /requirements: person2 \(org02\), block 4, .*\n +goal +read digits\n/,
      /collection: MISSING as of block 7\n/,
      new RegExp(`training: person2 .*, ${short(first)}, CORRECTED by ${short(second)}\n`),
      /no parameters were recorded\n/,
      /evaluation: person1 \(org01\), block 7.*\n.*\n +on +2 of 10 indices of org01\/data@1 \(.*\), declared\n/,
      /3 of 9 phases are documented\n/,
      /history, in the order of the ledger\n.*block 3, .*: invited by person2 \(org02\)/,
    ]) {
      assert.match(stdout, line)
    }
    const { story } = (await verify('--json')).json()['proven'] as {
      readonly story: { readonly records: object[]; readonly complete: boolean }
    }
    assert.deepEqual([story.records.length, story.complete], [5, true])
  })

  it('says of a plain receipt how much was signed that it does not have', async () => {
    await phase(2, 'requirements', 'goal: read digits\n')
    const { code, stdout } = await (await receipt())()
    assert.equal(code, 0)
    assert.match(
      stdout,
      /\? 2 records about it \(phases, .*\) are not in this receipt \(receipt --full brings them\)\n/,
    )
    assert.doesNotMatch(stdout, /history/)
  })

  it('calls a phase missing only in the receipt when somebody took records out of it', async () => {
    await phase(2, 'requirements', 'goal: read digits\n')
    const verify = await receipt('--full')
    const whole = JSON.parse(await readFile(at('receipt'), 'utf8')) as { records: object[] }
    whole.records.pop()
    await writeFile(at('receipt'), JSON.stringify(whole))
    const { code, stdout } = await verify()
    assert.equal(code, 0, stdout)
    assert.match(stdout, /\? 1 record about it \(phases, .*\) is not in this receipt \(.*\)\n/)
    assert.match(
      stdout,
      /requirements: not in this receipt\n.* 0 of 9 phases are in this receipt\n/s,
    )
    assert.doesNotMatch(stdout, /MISSING/)
  })

  it('says that nothing was signed about an artefact where that is proven', async () => {
    await idOf(4, 'receipt', 'org01/data@1', '--out', at('d'))
    const genesis = join(live.home(4), 'genesis.json')
    const { stdout } = await runHere(['verify', '--receipt', at('d'), '--genesis', genesis])
    assert.match(stdout, /✓ nothing was signed about it since \(.*\), as of block 3\n/)
  })
})
