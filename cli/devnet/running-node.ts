import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { HOME_FILES } from '../../protocol/home.ts'
import { type Home, homeFile } from '../home/home.ts'
import { exitCodeOfChild, spawnNode } from '../node/spawn-node.ts'

/** Time to write what is open; whoever takes longer hangs. */
const STOP_MS_MAX = 15_000
const LOG_LINES_SHOWN = 12

/** The process of one organisation's node, and its log in its home. */
export class RunningNode {
  readonly home: Home
  readonly #child: ChildProcess
  readonly #ended: Promise<number>
  #exitCode: number | undefined

  private constructor(home: Home, child: ChildProcess) {
    this.home = home
    this.#child = child
    this.#ended = new Promise((resolve) => {
      const end = (code: number) => {
        this.#exitCode = code
        resolve(code)
      }
      child.once('error', () => end(127))
      child.once('exit', (code, signal) => end(exitCodeOfChild(code, signal)))
    })
  }

  static start(home: Home): RunningNode {
    const log = openSync(homeFile(home, HOME_FILES.log), 'a', 0o640)
    try {
      return new RunningNode(home, spawnNode(home.path, log))
    } finally {
      closeSync(log)
    }
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Undefined while it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode
  }

  /** Resolves with the exit code, whoever ended it. */
  get ended(): Promise<number> {
    return this.#ended
  }

  /** Asks it to stop, and insists after a while. */
  async stop(): Promise<number> {
    if (this.#exitCode !== undefined) return this.#exitCode
    this.#child.kill('SIGTERM')
    const timeout = new AbortController()
    const late = sleep(STOP_MS_MAX, undefined, { signal: timeout.signal }).then(
      () => this.#child.kill('SIGKILL'),
      () => undefined,
    )
    const code = await this.#ended
    timeout.abort()
    await late
    return code
  }

  /** Ends it without warning, as a power cut would. */
  async kill(): Promise<void> {
    if (this.#exitCode !== undefined) return
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** The last lines of its log, for whoever wonders why it ended. */
  async lastWords(): Promise<string> {
    const text = await readFile(homeFile(this.home, HOME_FILES.log), 'utf8').catch(() => '')
    return text.trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n')
  }
}
