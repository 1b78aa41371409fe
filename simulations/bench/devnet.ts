import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Digest } from '../../protocol/digest.ts'

const CLI_MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const READY_MS_MAX = 120_000
const STOP_MS_MAX = 30_000

export interface DevnetNode {
  readonly organisation: string
  readonly home: string
  readonly pid: number
}

/** A network of real processes, run by the command line: this folder may not reach into the others. */
export interface Devnet {
  readonly chain: Digest
  readonly nodes: readonly DevnetNode[]
  /** Resolves when no process of it is left. */
  stop(): Promise<void>
}

/**
 * @param dir for the homes
 * @throws Error with the network's own words when it does not come up
 */
export async function startDevnet(dir: string): Promise<Devnet> {
  const args = [CLI_MAIN, '--json', 'devnet', '--dir', dir]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  try {
    const ready = await readyLine(child)
    return { ...ready, stop: () => stop(child, ended) }
  } catch (error) {
    await stop(child, ended)
    throw error
  }
}

type ReadyLine = Pick<Devnet, 'chain' | 'nodes'>

/** One JSON document, on one line or many, announces the network. */
function readyLine(child: ChildProcess): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    let said = ''
    let complaint = ''
    const fail = () => reject(new Error(`the network did not come up: ${complaint.trim()}`))
    const late = setTimeout(fail, READY_MS_MAX)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-4_096)
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const ready = parsed(said)
      if (ready === undefined) return
      clearTimeout(late)
      resolve(ready)
    })
    child.once('exit', () => {
      clearTimeout(late)
      fail()
    })
    child.once('error', reject)
  })
}

function parsed(text: string): ReadyLine | undefined {
  try {
    const said = JSON.parse(text) as ReadyLine & { readonly ready?: boolean }
    return said.ready === true ? said : undefined
  } catch {
    return undefined
  }
}

/** The nodes stop when the process that started them is gone, however it went. */
async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const waiting = new AbortController()
  const late = sleep(STOP_MS_MAX, undefined, { signal: waiting.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  )
  await ended
  waiting.abort()
  await late
}
