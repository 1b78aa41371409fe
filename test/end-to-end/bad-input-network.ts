import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { prepareDevnet } from '../../cli/devnet/prepare-network.ts'
import { runHere } from '../cli/support/in-process.ts'
import type { CliRun } from '../cli/support/run-cli.ts'
import { until } from './ledger-client.ts'
import { endChild } from './network.ts'

const DAEMON_MAIN = fileURLToPath(new URL('../../daemon/main.ts', import.meta.url))

/** A node without the command line around it, with what it says in hand, wherever its home's disk stands. */
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
    return new BadInputNetwork(
      homes.map(({ path }) => path),
      genesis.chain,
    )
  }

  home(index: number): string {
    const home = this.homes[index]
    assert.ok(home !== undefined, `there is no home ${index}`)
    return home
  }

  start(index: number): StartedNode {
    const home = this.home(index)
    const child = spawn(process.execPath, [DAEMON_MAIN, '--home', home], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const node = startedNode(home, child)
    this.#nodes.add(node)
    return node
  }

  /** Waits until a node answers and sees so many others. */
  async ready(index: number, peers: number): Promise<void> {
    await until(`node ${index} is ready`, async () => {
      const { code, json } = await this.run(index, 'status')
      if (code !== 0) return undefined
      const { peers: seen, maySign, sync } = json()
      return (Number(seen) >= peers && maySign === true && sync !== 'behind') || undefined
    })
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
    await endChild(child)
    await ended
  }
  return { home, said: () => said, ended, stop }
}

/** The code in what a failed command printed. */
export function codeOf({ json }: CliRun): string {
  return (json().error as { readonly code: string }).code
}
