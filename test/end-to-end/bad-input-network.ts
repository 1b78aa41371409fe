import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { prepareDevnet } from '../../cli/devnet/prepare-network.ts'
import { runHere } from '../cli/in-process.ts'
import type { CliRun } from '../cli/run-cli.ts'

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const POLL_MS = 50
const POLLS_MAX = 600

/** A node that `pedigree start` runs, with what it says in hand, wherever its home's disk stands. */
export interface StartedNode {
  readonly home: string
  said(): string
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
  stop(): Promise<void>
}

/** Homes of one network, and their nodes; nothing is left of either afterwards. */
export class BadInputNetwork {
  readonly homes: readonly string[]
  readonly chain: string
  readonly #nodes = new Set<StartedNode>()

  private constructor(homes: readonly string[], chain: string) {
    this.homes = homes
    this.chain = chain
  }

  static async create(dir: string, nodes: number): Promise<BadInputNetwork> {
    const { homes, genesis } = await prepareDevnet({ dir, nodes })
    return new BadInputNetwork(homes.map(({ path }) => path), genesis.chain)
  }

  home(index: number): string {
    const home = this.homes[index]
    assert.ok(home !== undefined, `there is no home ${index}`)
    return home
  }

  start(index: number): StartedNode {
    const home = this.home(index)
    const child = spawn(process.execPath, [MAIN, '--home', home, 'start'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const node = startedNode(home, child)
    this.#nodes.add(node)
    return node
  }

  /** Waits until a node answers and sees so many others. */
  async ready(index: number, peers: number): Promise<void> {
    await until(async () => {
      const { code, json } = await this.run(index, 'status')
      if (code !== 0) return false
      const status = json()
      return Number(status.peers) >= peers && status.maySign === true && status.sync !== 'behind'
    }, `node ${index} is not ready`)
  }

  /** A command with `--json`, in this process. */
  run(index: number, ...args: readonly string[]): Promise<CliRun> {
    return runHere(['--home', this.home(index), '--json', ...args])
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#nodes].map((node) => node.stop()))
  }
}

function startedNode(home: string, child: ChildProcess): StartedNode {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { home, said: () => said, ended, stop }
}

export async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    if (await holds()) return
    await sleep(POLL_MS)
  }
  assert.fail(otherwise)
}

/** The code in what a failed command printed. */
export function codeOf({ json }: CliRun): string {
  return (json().error as { readonly code: string }).code
}
