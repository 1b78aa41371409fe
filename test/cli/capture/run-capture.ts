import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { Capture, CapturedFile } from '../../../cli/capture/capture.ts'

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))

export interface CaptureRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** What the draft says was captured. */
  readonly capture: () => Promise<Capture>
  /** `role path` of each file, in order. */
  readonly files: () => Promise<readonly string[]>
  readonly file: (path: string, role?: string) => Promise<CapturedFile | undefined>
}

interface CaptureRunOptions {
  readonly folder: string
  readonly options?: readonly string[]
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** In front of the node that runs the command line. */
  readonly under?: readonly string[]
  /** Told of stdout so far, to send a signal at the right time. */
  readonly onStdout?: (text: string, kill: (signal: NodeJS.Signals) => void) => void
}

/** `pedigree run --name r OPTIONS -- ARGV` in a folder, in a session of its own, away from any terminal. */
export function runCapture(
  argv: readonly string[],
  { folder, options = [], stdin, env, under = [], onStdout }: CaptureRunOptions,
): Promise<CaptureRun> {
  const line = [...under, process.execPath, MAIN, 'run', '--name', 'r', ...options, '--', ...argv]
  const [file = '', ...args] = line
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin ?? '')
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    onStdout?.(stdout, (signal) => child.kill(signal))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const capture = async () => {
    const draft = await readFile(join(folder, 'r.draft.yaml'), 'utf8')
    return (parse(draft) as { captured: Capture }).captured
  }
  const files = async () => (await capture()).files.map(({ role, path }) => `${role} ${path}`)
  const fileOf = async (path: string, role?: string) =>
    (await capture()).files.find((f) => f.path === path && (role === undefined || f.role === role))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, stdout, stderr, capture, files, file: fileOf }))
  })
}

/** Whether a program is there and does something simple. */
export function has(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** Whether this machine lets processes be traced. */
export function canTrace(): boolean {
  return has('strace', [
    '-DD',
    '-f',
    '--seccomp-bpf',
    '-o',
    '/dev/null',
    '-e',
    'trace=execve',
    'true',
  ])
}
