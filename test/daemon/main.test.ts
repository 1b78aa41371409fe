import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { HOME_FILES } from '../../protocol/home.ts'
import { testGenesis } from '../support/keys.ts'
import { signedDataset } from '../support/records.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writeTestHome } from './test-home.ts'

const MAIN = fileURLToPath(new URL('../../daemon/main.ts', import.meta.url))
const chainOfOne = testGenesis(1)
const { genesis } = chainOfOne

interface Ready {
  readonly ready: boolean
  readonly height: number
  readonly chain: string
  readonly socket: string
  readonly rpcTcpPort?: number
}

describe('the daemon as a process', function () {
  this.timeout(60_000)
  const at = temporaryFolder()
  const processes = new Set<ChildProcess>()

  afterEach(async () => {
    for (const process of processes) {
      if (process.exitCode !== null || process.signalCode !== null) continue
      process.kill('SIGKILL')
      await once(process, 'exit')
    }
    processes.clear()
  })

  function launch(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [MAIN, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PEDIGREE_LOG: 'silent' },
    })
    processes.add(child)
    return child
  }

  async function start(
    home: string,
    ...more: readonly string[]
  ): Promise<{ readonly child: ChildProcess; readonly ready: Ready }> {
    const child = launch('--home', home, ...more)
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown]
    assert.equal(typeof line, 'string', `the node ended with code ${String(line)}`)
    return { child, ready: JSON.parse(line as string) as Ready }
  }

  /** @returns exit code and what stood on standard error */
  async function failure(...args: readonly string[]) {
    const child = launch(...args)
    const said = text(child.stderr as NodeJS.ReadableStream)
    const [code] = (await once(child, 'exit')) as [number]
    return { code, said: await said }
  }

  async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    const exit = once(child, 'exit')
    child.kill(signal)
    return (await exit)[0]
  }

  async function call(
    socketPath: string,
    path: string,
    body?: Uint8Array,
  ): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json' }
    const method = body === undefined ? 'GET' : 'POST'
    const asked = request({ socketPath, path, method, headers }).end(body)
    const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream]
    return JSON.parse(await text(response)) as Record<string, unknown>
  }

  async function certify({ socket, chain }: Ready, nonce: number): Promise<string> {
    const expires = Date.now() + 3_600_000
    const { id, envelope } = signedDataset({
      chain: genesis.chain,
      nonce,
      name: `data-${nonce}`,
      expires,
    })
    await call(socket, `/v1/chains/${chain}/records`, envelope)
    const answer = await call(socket, `/v1/chains/${chain}/records/${id}?waitMs=20000`)
    assert.equal(answer['status'], 'committed')
    return id
  }

  it('says when it is ready, commits over its socket, and survives SIGKILL', async () => {
    await writeTestHome(at('home'), chainOfOne)
    const first = await start(at('home'))
    assert.equal(first.ready.chain, genesis.chain)
    const id = await certify(first.ready, 1)
    await ended(first.child, 'SIGKILL')
    const second = await start(at('home'))
    assert.equal(second.ready.height, 1)
    const { chain, socket } = second.ready
    assert.equal((await call(socket, `/v1/chains/${chain}/records/${id}`))['status'], 'committed')
    await certify(second.ready, 2)
    assert.equal(await ended(second.child, 'SIGTERM'), 0)
  })

  it('refuses a home that a process runs, and leaves that one alone', async () => {
    await writeTestHome(at('home'), chainOfOne)
    const { child, ready } = await start(at('home'))
    const { code, said } = await failure('--home', at('home'))
    assert.equal(code, 1)
    assert.match(said, new RegExp(`home-in-use: process ${child.pid} `))
    await certify(ready, 1)
    assert.equal(await ended(child, 'SIGINT'), 0)
  })

  it('refuses data that belong to another network', async () => {
    await writeTestHome(at('home'), chainOfOne)
    const { child } = await start(at('home'))
    await ended(child, 'SIGTERM')
    await writeTestHome(at('home'), testGenesis(1, { heartbeatMs: 61_000 }))
    const { code, said } = await failure('--home', at('home'))
    assert.equal(code, 1)
    assert.match(said, /^pedigree: storage-foreign: .*belongs to the network/)
  })

  it('answers on TCP as well where it is told to, to whoever shows the token', async () => {
    await writeTestHome(at('home'), chainOfOne)
    const first = await start(at('home'), '--rpc-tcp', '0')
    const port = first.ready.rpcTcpPort ?? 0
    assert.ok(port > 0)
    const token = await readFile(at(`home/${HOME_FILES.rpcToken}`), 'utf8')
    const authorization = `Bearer ${token.trim()}`
    const ask = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/v1/status`, { headers }).then(({ status }) => status)
    assert.deepEqual([await ask({ authorization }), await ask({})], [200, 401])
    assert.equal(await ended(first.child, 'SIGTERM'), 0)

    const configPath = at(`home/${HOME_FILES.config}`)
    const config = JSON.parse(await readFile(configPath, 'utf8'))
    await writeFile(configPath, JSON.stringify({ ...config, rpcTcpPort: port }))
    const second = await start(at('home'))
    assert.equal(second.ready.rpcTcpPort, port)
    assert.equal(await ask({ authorization }), 200, 'the token stays')
    await writeTestHome(at('other'), chainOfOne)
    const { code, said } = await failure('--home', at('other'), '--rpc-tcp', String(port))
    assert.equal(code, 1)
    assert.match(said, /^pedigree: rpc-port-unusable: port \d+ for the local API is taken: .*\n$/)
  })

  it('says in one line what is missing or wrong', async () => {
    await writeTestHome(at('home'), chainOfOne)
    await rm(at(`home/${HOME_FILES.genesis}`))
    const missing = await failure('--home', at('home'))
    assert.match(missing.said, /^pedigree: genesis-missing: .*\n$/)
    await writeFile(at(`home/${HOME_FILES.genesis}`), '{}')
    const invalid = await failure('--home', at('home'))
    assert.match(invalid.said, /^pedigree: genesis-invalid: .*\n$/)
    assert.deepEqual([missing.code, invalid.code], [1, 1])
    assert.equal((await failure()).code, 2)
    assert.equal((await failure('--nonsense')).code, 2)
    assert.equal((await failure('--home', at('home'), '--rpc-tcp', '65536')).code, 2)
  })
})
