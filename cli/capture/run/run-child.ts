import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { systemCode } from '../../cli-error.ts'
import { childrenTime } from './processor-time.ts'
import { passSignals } from './signals.ts'

interface ChildOptions {
  readonly argv: readonly string[]
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
}

/** How a command ended. */
export interface Ending {
  /** As a shell gives it: 128 + n for signal n. */
  readonly exitCode: number
  readonly signal?: string
  readonly startFailure?: string
  readonly startedMs: number
  readonly durationMs: number
  readonly userMs?: number
  readonly systemMs?: number
}

const CANNOT_EXECUTE = 126
const NOT_FOUND = 127

/**
 * Runs a command on our own standard streams, in our process group, and waits for its end.
 */
export async function runChild({ argv, folder, environment }: ChildOptions): Promise<Ending> {
  const [file = '', ...args] = argv
  const startedMs = Date.now()
  const clock = performance.now()
  const before = childrenTime()
  const child = spawn(file, args, { cwd: folder, env: environment, stdio: 'inherit' })
  const giveBack = passSignals((signal) => child.kill(signal))
  const ended = await new Promise<Pick<Ending, 'exitCode' | 'signal' | 'startFailure'>>(
    (resolve) => {
      child.once('error', (error) => resolve(startFailure(file, error)))
      child.once('exit', (code, signal) => resolve(endOf(code, signal)))
    },
  )
  giveBack()
  const durationMs = Math.round(performance.now() - clock)
  const after = childrenTime()
  const times = before &&
    after && {
      userMs: after.userMs - before.userMs,
      systemMs: after.systemMs - before.systemMs,
    }
  return { ...ended, startedMs, durationMs, ...times }
}

function startFailure(file: string, error: Error): Pick<Ending, 'exitCode' | 'startFailure'> {
  const code = systemCode(error)
  const exitCode = code === 'ENOENT' ? NOT_FOUND : CANNOT_EXECUTE
  return { exitCode, startFailure: `${file} could not be started: ${code ?? error.message}` }
}

function endOf(code: number | null, signal: NodeJS.Signals | null) {
  if (signal === null) return { exitCode: code ?? CANNOT_EXECUTE }
  return { exitCode: 128 + constants.signals[signal], signal }
}
