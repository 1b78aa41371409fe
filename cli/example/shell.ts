import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pc from 'picocolors'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const OUTPUT_BYTES_MAX = 16_777_216

/** What a command printed and how it ended. */
export interface Outcome {
  readonly code: number
  readonly answer: Record<string, unknown>
}

/** Runs `pedigree` as a process of its own, as a person would: nothing of the daemon or the ledger runs in here. */
export async function pedigree(args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (out.length < OUTPUT_BYTES_MAX) out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4_096)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  try {
    return { code: code ?? 1, answer: JSON.parse(out) as Record<string, unknown> }
  } catch {
    throw new Error(`pedigree ${args.join(' ')} ended with ${code} and said: ${complaint.trim()}`)
  }
}

/** A command that must succeed. @throws Error that says what was typed and what came back */
export async function succeed(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, answer } = await pedigree(args)
  if (code !== 0)
    throw new Error(`pedigree ${args.join(' ')} ended with ${code}: ${JSON.stringify(answer)}`)
  return answer
}

/** A long-running command, from its ready line until it is told to stop. */
export class Background {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** @throws Error when it ends before it is ready */
  static async start(args: readonly string[]): Promise<Background> {
    const child = spawn(process.execPath, [MAIN, '--json', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-4_096)
    })
    const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => {
      if (!isReady(String(line)))
        throw new Error(`pedigree ${args.join(' ')} said: ${String(line)}`)
    })
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`pedigree ${args.join(' ')} ended with ${code}: ${complaint.trim()}`)
    })
    await Promise.race([ready, ended])
    ended.catch(() => undefined)
    return new Background(child)
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGINT')
    await ended
  }
}

/** The first line on stdout is the ready line, or says what went wrong. */
function isReady(line: string): boolean {
  try {
    return (JSON.parse(line) as { readonly ready?: unknown }).ready === true
  } catch {
    return false
  }
}

/** One step of the story: a sentence that a stranger understands, with the command that did it. */
export function tell(sentence: string, command?: string): void {
  process.stdout.write(`${pc.green('✓')} ${sentence}\n`)
  if (command !== undefined) process.stdout.write(`  ${pc.dim(`$ ${command}`)}\n`)
}
