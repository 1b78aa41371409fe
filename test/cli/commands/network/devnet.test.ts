import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runHere } from '../../support/in-process.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const MAIN = fileURLToPath(new URL('../../../../cli/main.ts', import.meta.url))

interface Ready {
  readonly chain: string
  readonly nodes: readonly {
    readonly organisation: string
    readonly home: string
    readonly pid: number
  }[]
}

describe('devnet', function () {
  this.timeout(90_000)
  const folder = useTemporaryFolder()
  const started: ChildProcess[] = []
  const pids = new Set<number>()

  afterEach(async () => {
    for (const child of started.splice(0)) await end(child, 'SIGKILL')
    for (const pid of pids) await gone(pid)
    pids.clear()
  })

  async function start(): Promise<{ child: ChildProcess; ready: Ready }> {
    const args = [MAIN, '--json', 'devnet', '--nodes', '2', '--dir', join(folder(), 'net')]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    started.push(child)
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const ready = JSON.parse(line) as Ready
    for (const { pid } of ready.nodes) pids.add(pid)
    return { child, ready }
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }

  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  async function gone(pid: number): Promise<void> {
    for (let i = 0; i < 300 && isAlive(pid); i++) await sleep(100)
    assert.ok(!isAlive(pid), `process ${pid} is left behind`)
  }

  it('runs one process for each organisation, stops them all, and comes up again as it was', async () => {
    const { child, ready } = await start()
    assert.deepEqual(
      ready.nodes.map(({ organisation }) => organisation),
      ['org1', 'org2'],
    )
    assert.equal(new Set(ready.nodes.map(({ pid }) => pid)).size, 2)
    const [first] = ready.nodes
    assert.ok(first !== undefined)
    const certified = await runHere(['--home', first.home, '--json', 'certify', 'dataset', MAIN])
    assert.equal(certified.code, 0, certified.stderr)
    assert.equal(await end(child, 'SIGINT'), 0)
    for (const { pid } of ready.nodes) assert.ok(!isAlive(pid), 'a node is left behind')

    const again = await start()
    assert.equal(again.ready.chain, ready.chain)
    const shown = await runHere([
      '--home',
      first.home,
      '--json',
      'show',
      String(certified.json().id),
    ])
    assert.equal(shown.code, 0, shown.stderr)
    const other = ['--json', 'devnet', '--nodes', '3', '--dir', join(folder(), 'net')]
    const refused = await runHere(other)
    assert.equal((refused.json().error as { code: string }).code, 'other-network')
    assert.equal(await end(again.child, 'SIGTERM'), 0)
  })

  it('leaves nothing behind when it is killed itself', async () => {
    const { child, ready } = await start()
    await end(child, 'SIGKILL')
    for (const { pid } of ready.nodes) await gone(pid)
  })
})
