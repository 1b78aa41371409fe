import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runCli } from '../support/run-cli.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'
import { canTrace } from './run-capture.ts'

describe('the doctor', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()

  it('says what can be seen here, without a home', async () => {
    const run = await runCli(['--json', '--home', join(folder(), 'none'), 'doctor'])
    assert.equal(run.code, 0)
    const { capture, node, layers } = run.json() as {
      capture: { name: string; isUsable: boolean; detail: string }[]
      node: { state: string }
      layers: string[]
    }
    const names = ['strace', 'ptrace', 'python', 'snapshot', 'git', 'gpu']
    assert.deepEqual(
      capture.map(({ name }) => name),
      names,
    )
    assert.equal(capture.find(({ name }) => name === 'strace')?.isUsable, canTrace())
    assert.equal(node.state, 'none')
    assert.deepEqual(layers.slice(-3), ['snapshot', 'log', 'flags'])
  })

  it('says it in lines, also where nothing is installed', async () => {
    const run = await runCli(['--home', join(folder(), 'none'), 'doctor'], {
      env: { PATH: folder() },
    })
    assert.equal(run.code, 0)
    assert.match(run.stdout, /^strace +no +strace is not installed$/m)
    assert.match(run.stdout, /^python +no +not installed$/m)
    assert.match(run.stdout, /^`pedigree run` would use: snapshot, log, flags$/m)
  })
})
