import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, chown, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT } from '../../cli/exit-codes.ts'
import { runHere } from '../cli/support/in-process.ts'
import { itWhere } from '../support/where.ts'
import { until } from './ledger-client.ts'
import { type Host, Namespaces } from './namespaces.ts'
import { CLI_MAIN, endChild, networkFolder } from './network.ts'

const NAMES = ['acme', 'beta', 'gamma', 'delta'] as const
const PORT = 4001
const READABLE_BY_ALL = 0o755

interface Run {
  readonly code: number | null
  readonly json: Record<string, unknown>
  readonly stderr: string
}

/** Four organisations that were made one by one, each with a machine that is its own or that they share. */
class HandMade {
  readonly #folder: string
  readonly #hosts: readonly Host[] | undefined
  readonly #nodes: ChildProcess[] = []

  constructor(folder: string, hosts?: readonly Host[]) {
    this.#folder = folder
    this.#hosts = hosts
  }

  /** Where an organisation keeps its things; its own, where it has a user. */
  place(index: number): string {
    return join(this.#folder, NAMES[index] ?? '')
  }

  async makePlaces(): Promise<void> {
    for (const index of NAMES.keys()) {
      await mkdir(this.place(index))
      const user = this.#hosts?.[index]?.user
      if (user !== undefined) await chown(this.place(index), user, user)
    }
  }

  listen(index: number): string {
    const address = this.#hosts?.[index]?.address
    return address === undefined ? '/ip4/127.0.0.1/tcp/0' : `/ip4/${address}/tcp/${PORT}`
  }

  /** Runs a command as the user of an organisation, on its machine; without one, in this process. */
  async cli(index: number, ...args: readonly string[]): Promise<Run> {
    if (this.#hosts === undefined) {
      const home = join(this.place(index), 'home')
      const { code, json, stderr } = await runHere(['--home', home, '--json', ...args])
      return { code, json: json(), stderr }
    }
    const [program, ...rest] = this.#commandLine(index, ['--json', ...args])
    return new Promise((resolve) => {
      const options = { cwd: this.place(index), env: this.#environment(index) }
      execFile(program ?? '', rest, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code)
        const json = stdout === '' ? {} : (JSON.parse(stdout) as Run['json'])
        resolve({ code, json, stderr })
      })
    })
  }

  async succeeds(index: number, ...args: readonly string[]): Promise<Run['json']> {
    const { code, json, stderr } = await this.cli(index, ...args)
    assert.equal(code, EXIT.done, `${args.join(' ')}: ${stderr}`)
    return json
  }

  start(index: number): void {
    const [program, ...rest] = this.#commandLine(index, ['start'])
    const options = {
      cwd: this.place(index),
      env: this.#environment(index),
      stdio: 'ignore',
    } as const
    this.#nodes.push(spawn(program ?? '', rest, options))
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes) await endChild(node)
  }

  #commandLine(index: number, args: readonly string[]): readonly string[] {
    const line = [process.execPath, CLI_MAIN, '--home', join(this.place(index), 'home'), ...args]
    return this.#hosts?.[index]?.command(line) ?? line
  }

  #environment(index: number): NodeJS.ProcessEnv {
    return { ...process.env, HOME: this.place(index), PEDIGREE_HOME: '' }
  }
}

/** init, identity, network create, network join, start: each organisation for itself. */
async function build(made: HandMade, exchange: string): Promise<void> {
  const files: string[] = []
  for (const [index, name] of NAMES.entries()) {
    await made.succeeds(
      index,
      'init',
      '--org',
      name,
      '--person',
      'pat',
      '--listen',
      made.listen(index),
    )
    await made.succeeds(index, 'identity', '--out', join(made.place(index), 'identity.json'))
    const handed = join(exchange, `${name}.json`)
    await copyFile(join(made.place(index), 'identity.json'), handed)
    files.push('--member', handed)
  }
  const genesis = join(made.place(0), 'genesis.json')
  const { fingerprint } = await made.succeeds(
    0,
    'network',
    'create',
    'by-hand',
    ...files,
    '--out',
    genesis,
  )
  await copyFile(genesis, join(exchange, 'genesis.json'))
  for (const index of NAMES.keys()) {
    const joined = await made.succeeds(index, 'network', 'join', join(exchange, 'genesis.json'))
    assert.equal(joined['fingerprint'], fingerprint)
    made.start(index)
  }
  for (const index of NAMES.keys()) {
    await until(`${NAMES[index]} sees the others`, async () => {
      const { code, json } = await made.cli(index, 'status')
      return code === EXIT.done && json['peers'] === 3 && json['maySign'] === true
        ? true
        : undefined
    })
  }
}

async function certifyAndFetch(made: HandMade): Promise<void> {
  const data = join(made.place(0), 'data.txt')
  const fetched = join(made.place(3), 'fetched.txt')
  await writeFile(data, 'made by hand\n')
  const { id } = await made.succeeds(
    0,
    'certify',
    'dataset',
    data,
    '--name',
    'data',
    '--share',
    'members',
  )
  const shown = await made.succeeds(3, 'show', String(id), '--wait')
  assert.deepEqual([shown['organisation'], shown['signer']], ['acme', 'pat'])
  const got = await made.succeeds(3, 'get', 'acme/data@1', '--out', fetched)
  assert.equal(got['verified'], true)
  const { verdict } = await made.succeeds(3, 'verify', fetched)
  assert.equal(verdict, 'verified')
}

const OBSTACLE = await Namespaces.obstacle()

describe('a network that is made by hand', function () {
  this.timeout(180_000)
  let folder = ''
  let made: HandMade | undefined
  let namespaces: Namespaces | undefined

  beforeEach(async () => {
    folder = await networkFolder()
    await chmod(folder, READABLE_BY_ALL)
  })

  afterEach(async () => {
    await made?.stop()
    await namespaces?.remove()
    made = undefined
    namespaces = undefined
    await rm(folder, { recursive: true, force: true })
  })

  it('commits on one machine', async () => {
    made = new HandMade(folder)
    await made.makePlaces()
    await build(made, folder)
    await certifyAndFetch(made)
  })

  itWhere(OBSTACLE, 'commits across four machines of their own, as four users', async () => {
    namespaces = await Namespaces.create(NAMES.length)
    made = new HandMade(folder, namespaces.hosts)
    await made.makePlaces()
    await build(made, folder)
    const intruder = await made.cli(1, '--home', join(made.place(0), 'home'), 'status')
    assert.notEqual(intruder.code, EXIT.done, 'one user cannot use the node of another')
    await certifyAndFetch(made)
  })
})
