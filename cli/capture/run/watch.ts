import { setTimeout as sleep } from 'node:timers/promises'
import { GRACE_MS, POLL_IDLE_MS } from '../bounds.ts'
import type { BytePath } from '../byte-path.ts'
import type { LayerReport } from '../capture.ts'
import type { Observer } from '../files/observer.ts'
import { CAPTURE_LOG_VARIABLE, CaptureLog } from '../log/capture-log.ts'
import { Tail } from '../log/tail.ts'
import { readHookLine } from '../python/read-hook-line.ts'
import type { Usable } from '../strace/probe-strace.ts'
import { straceArguments } from '../strace/strace-command.ts'
import { TraceFollower } from '../strace/trace-follower.ts'
import { TracePipe } from '../strace/trace-pipe.ts'
import { installHook, type OwnFolder } from './own-folder.ts'

interface WatchOptions {
  readonly own: OwnFolder
  /** Working folder of the command. */
  readonly folder: BytePath
  readonly observer: Observer
  readonly strace: Usable
  /** Whether Python is to be asked. */
  readonly usesHook: boolean
  readonly wasThere: (path: BytePath) => boolean | undefined
  readonly onDeclared: (kind: 'input' | 'output', path: string) => void
}

interface Tracing {
  readonly pipe: TracePipe
  readonly follower: TraceFollower
}

/** The layers that listen while a command runs. */
export class Watch {
  readonly log: CaptureLog
  readonly notes: string[] = []
  readonly #options: WatchOptions
  readonly #tails: readonly Tail[]
  readonly #tracing: Tracing | undefined
  readonly #hookLines = { count: 0 }

  private constructor(options: WatchOptions) {
    const { own, strace, folder, observer, usesHook, wasThere } = options
    this.#options = options
    this.log = new CaptureLog(options.onDeclared)
    const log = new Tail(own.log, (line) => this.log.line(line))
    const hook =
      usesHook &&
      new Tail(own.hookLog, (line) => {
        this.#hookLines.count++
        readHookLine(line, observer, wasThere)
      })
    this.#tails = hook ? [log, hook] : [log]
    if (!strace.isUsable) return
    const follower = new TraceFollower(folder, observer)
    this.#tracing = { follower, pipe: new TracePipe(own.trace, (line) => follower.line(line)) }
  }

  static async start(options: WatchOptions): Promise<Watch> {
    if (options.usesHook) await installHook(options.own)
    return new Watch(options)
  }

  /** How many processes there were, as far as could be seen. */
  get processes(): number {
    return Math.max(1, this.#tracing?.follower.processes ?? 1)
  }

  /** Whether the command's own program was seen to start; undefined where nobody can tell. */
  get hasStarted(): boolean | undefined {
    return this.#tracing && this.#tracing.follower.executions > 0
  }

  argv(argv: readonly string[]): readonly string[] {
    if (this.#tracing === undefined) return argv
    return ['strace', ...straceArguments(this.#options.own.trace, argv)]
  }

  environment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const { own, usesHook } = this.#options
    const environment = { ...given, [CAPTURE_LOG_VARIABLE]: own.log }
    if (!usesHook) return environment
    const before = given.PYTHONPATH ?? ''
    return { ...environment, PYTHONPATH: before === '' ? own.hook : `${own.hook}:${before}` }
  }

  /** Listens until told that the command has ended, and a little longer for what outlives it. */
  async follow(ended: Promise<unknown>): Promise<void> {
    const stop = new AbortController()
    const tracing = this.#tracing?.pipe.follow(stop.signal)
    const tailing = this.#tail(stop.signal)
    await ended
    if (tracing !== undefined) {
      await Promise.race([tracing, sleep(GRACE_MS, undefined, { signal: stop.signal })])
    }
    stop.abort()
    await Promise.all([tracing, tailing])
    this.#end()
  }

  reports(): readonly LayerReport[] {
    const { strace, usesHook } = this.#options
    const { isUsable, detail } = strace
    const otherwise = isUsable ? 'not needed: strace sees more' : 'left out'
    return [
      { layer: 'strace', used: isUsable, ...(detail === undefined ? {} : { detail }) },
      {
        layer: 'python',
        used: this.#hookLines.count > 0,
        detail: usesHook ? HOOK_LIMITS : otherwise,
      },
    ]
  }

  async #tail(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const tail of this.#tails) tail.readNow()
      await sleep(POLL_IDLE_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  #end(): void {
    for (const tail of this.#tails) tail.end()
    const { pipe } = this.#tracing ?? {}
    pipe?.readNow()
    if (pipe !== undefined && !pipe.isEnded) {
      pipe.leave()
      this.notes.push(OUTLIVED)
    }
    this.#noteLimits(pipe?.dropped ?? 0)
  }

  #noteLimits(droppedOfTrace: number): void {
    const dropped = droppedOfTrace + this.#tails.reduce((sum, tail) => sum + tail.dropped, 0)
    const { nonsense, missed } = this.log
    if (dropped > 0) this.notes.push(`${dropped} lines were too long to be taken in`)
    if (this.#tails.some((tail) => tail.isCut))
      this.notes.push('a log was too long to be read whole')
    if (nonsense > 0) {
      this.notes.push(
        `${nonsense} lines in ${CAPTURE_LOG_VARIABLE} say nothing known, and were skipped`,
      )
    }
    if (missed > 0) this.notes.push(`${missed} more parameters or metrics were declared`)
  }
}

const HOOK_LIMITS = 'sees what Python itself opens, not what native libraries read'
const OUTLIVED = 'processes outlived the command: what they did after its end was not captured'
