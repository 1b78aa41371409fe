import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { HOME_FILES } from '../../protocol/home.ts'
import { runHere } from '../cli/support/in-process.ts'
import type { CliRun } from '../cli/support/run-cli.ts'
import { LedgerClient, until } from './ledger-client.ts'

export const CLI_MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const STOP_MS_MAX = 20_000

/** A folder for one network and its files. */
export async function networkFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'pedigree-e2e-')))
}

/** Ends a process that this test started, and waits for it. */
export async function endChild(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exit = once(child, 'exit')
  child.kill(signal)
  const waiting = new AbortController()
  const late = sleep(STOP_MS_MAX, undefined, { signal: waiting.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  )
  await exit
  waiting.abort()
  await late
}

/** A network of four real processes, made by the command line in a folder of its own. */
export class TestNetwork {
  /** Also for the files of the test: gone when the network is. */
  readonly folder: string
  readonly #commands = new Set<ChildProcess>()
  readonly #pids = new Set<number>()
  #chain = ''

  private constructor(folder: string) {
    this.folder = folder
  }

  /** @param declarations content of the files behind `--types` and `--architecture`, by flag */
  static async start(declarations: Readonly<Record<string, string>> = {}): Promise<TestNetwork> {
    const network = new TestNetwork(await networkFolder())
    try {
      const flags: string[] = []
      for (const [flag, content] of Object.entries(declarations)) {
        const path = network.path(`${flag.slice(2)}.yaml`)
        await writeFile(path, content)
        flags.push(flag, path)
      }
      await network.up(...flags)
      return network
    } catch (error) {
      await network.stop()
      throw error
    }
  }

  get chain(): string {
    return this.#chain
  }

  get genesis(): string {
    return join(this.folder, 'net', 'genesis.json')
  }

  /** @param organisation 1 to 4 */
  home(organisation: number): string {
    return join(this.folder, 'net', `org${organisation}`)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** All four, with the ledgers that they had. Returns once they see each other. */
  async up(...flags: readonly string[]): Promise<void> {
    const args = [CLI_MAIN, '--json', 'devnet', '--dir', join(this.folder, 'net'), ...flags]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#commands.add(child)
    const { chain } = await readyDocument(child)
    this.#chain = chain
    for (const organisation of [1, 2, 3, 4]) await this.pid(organisation)
  }

  /**
   * One node alone, after it was killed or stopped. Returns once it is level with a quorum.
   *
   * @param signs whether it is to wait until the node signs, too
   */
  async start(organisation: number, { signs = true } = {}): Promise<void> {
    const home = this.home(organisation)
    const log = openSync(join(home, HOME_FILES.log), 'a')
    const args = [CLI_MAIN, '--home', home, 'start']
    this.#commands.add(spawn(process.execPath, args, { stdio: ['ignore', log, log] }))
    closeSync(log)
    const client = await this.client(organisation)
    await until(`org${organisation} is in sync`, async () => {
      const status = await client.status().catch(() => undefined)
      return status?.sync === 'in-sync' && status.maySign === signs ? true : undefined
    })
    await this.pid(organisation)
  }

  /** Runs a command line for a home, in this process. */
  cli(organisation: number, ...args: readonly string[]): Promise<CliRun> {
    return runHere(['--home', this.home(organisation), '--json', ...args])
  }

  client(organisation: number): Promise<LedgerClient> {
    return LedgerClient.ofHome(this.home(organisation), this.#chain)
  }

  clients(...organisations: readonly number[]): Promise<readonly LedgerClient[]> {
    return Promise.all(organisations.map((organisation) => this.client(organisation)))
  }

  /** The process that holds the home now. */
  async pid(organisation: number): Promise<number> {
    const text = await readFile(join(this.home(organisation), HOME_FILES.lock), 'utf8')
    const pid = Number(text.split(' ')[0])
    this.#pids.add(pid)
    return pid
  }

  /** Ends a node without warning, as a power cut would. */
  async kill(...organisations: readonly number[]): Promise<void> {
    const pids = await Promise.all(organisations.map((organisation) => this.pid(organisation)))
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    for (const pid of pids) await this.#gone(pid)
  }

  /** Lets a node stop in good order. */
  async halt(organisation: number): Promise<void> {
    const pid = await this.pid(organisation)
    process.kill(pid, 'SIGTERM')
    await this.#gone(pid)
  }

  async log(organisation: number): Promise<string> {
    return readFile(join(this.home(organisation), HOME_FILES.log), 'utf8')
  }

  /** Ends whatever is left of it, and removes its folder. */
  async stop(): Promise<void> {
    for (const child of this.#commands) await endChild(child)
    for (const pid of this.#pids) {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      await this.#gone(pid)
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  async #gone(pid: number): Promise<void> {
    await until(`process ${pid} is gone`, async () => (isAlive(pid) ? undefined : true))
    this.#pids.delete(pid)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** What a command says on stdout with --json, whether or not it has ended. */
async function readyDocument(child: ChildProcess): Promise<{ readonly chain: string }> {
  let said = ''
  let complaint = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  return until('the network is ready', async () => {
    if (child.exitCode !== null) throw new Error(`the network did not come up: ${complaint}`)
    return parsed(said)
  })
}

function parsed(text: string): { readonly chain: string } | undefined {
  try {
    return JSON.parse(text) as { readonly chain: string }
  } catch {
    return undefined
  }
}
