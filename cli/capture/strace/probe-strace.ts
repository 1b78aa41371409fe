import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../../cli-error.ts'
import { PROBE_MS_MAX } from '../bounds.ts'
import { parseCall } from './parse-line.ts'
import { straceArguments } from './strace-command.ts'

export interface Usable {
  readonly isUsable: boolean
  /** Why not, in words. */
  readonly detail?: string
}

const STRACE = 'strace'
const TRIES = 50
const TRY_MS = 10

/** Whether strace can trace here, by letting it try, with the very options that a run uses. */
export async function probeStrace(): Promise<Usable> {
  if (process.platform !== 'linux') return { isUsable: false, detail: 'strace is for Linux' }
  const folder = await mkdtemp(join(tmpdir(), 'pedigree-probe-'))
  try {
    const output = join(folder, 'trace')
    const { failed, said } = await runStrace(
      straceArguments(output, ['/bin/sh', '-c', ': </dev/null']),
    )
    if (!failed && (await hasSeen(output))) return { isUsable: true }
    return { isUsable: false, detail: said }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is traced may well run where tracing fails, so that what was said counts as much. */
function runStrace(args: readonly string[]): Promise<{ failed: boolean; said: string }> {
  return new Promise((resolve) => {
    const options = { timeout: PROBE_MS_MAX, env: { ...process.env, LC_ALL: 'C' } }
    execFile(STRACE, args, options, (error, _stdout, stderr) => {
      const isMissing = error !== null && systemCode(error) === 'ENOENT'
      const [first] = stderr.split('\n').filter((line) => line !== '')
      const said = isMissing ? 'strace is not installed' : (first ?? 'strace saw nothing')
      resolve({ failed: error !== null, said })
    })
  })
}

/** The tracer ends a little later than what it traces. */
async function hasSeen(output: string): Promise<boolean> {
  for (let i = 0; i < TRIES; i++) {
    const lines = (await readFile(output, 'latin1').catch(() => '')).split('\n')
    const events = lines.map((line) => parseCall(line.replace(/^\d+ +/, '')))
    if (events.some((event) => event?.kind === 'open' && event.given.path === '/dev/null')) {
      return true
    }
    await sleep(TRY_MS)
  }
  return false
}
