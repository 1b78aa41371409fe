import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { cliError, systemCode } from '../../cli-error.ts'
import { POLL_BUSY_MS, POLL_IDLE_MS, POLL_MS, TRACE_LINE_BYTES_MAX } from '../bounds.ts'
import { LineSplitter } from '../line-splitter.ts'

const READ_BYTES = 65_536

/**
 * The pipe through which the tracer speaks. It is read from time to time and not on every line, so that
 * a busy command does not share its processor with a reader; when it is full, the tracer waits.
 */
export class TracePipe {
  readonly path: string
  readonly #file: number
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES)
  readonly #splitter: LineSplitter
  #isOpen = true
  /** Nobody has opened the other end before the first line came. */
  #hasBegun = false

  /** @throws CliError `write-failed` where no pipe can be made */
  constructor(path: string, onLine: (line: string) => void) {
    this.path = path
    this.#splitter = new LineSplitter(TRACE_LINE_BYTES_MAX, onLine)
    try {
      execFileSync('mkfifo', ['-m', '600', path], { stdio: 'ignore' })
      this.#file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      throw cliError('write-failed', `cannot make a pipe in ${path}`, { cause: error })
    }
  }

  /** Lines that were too long to be taken in. */
  get dropped(): number {
    return this.#splitter.dropped
  }

  /** Reads until the tracer has ended, which is when all that it traced has. */
  async follow(signal: AbortSignal): Promise<void> {
    let pauseMs = POLL_MS
    while (this.#isOpen && !signal.aborted) {
      const bytes = this.#readAll()
      // A full pipe makes the tracer wait, and with it the command.
      if (bytes > READ_BYTES / 4) pauseMs = POLL_BUSY_MS
      else pauseMs = bytes > 0 ? POLL_MS : Math.min(pauseMs * 2, POLL_IDLE_MS)
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** The tracer has said all it had to say. */
  get isEnded(): boolean {
    return !this.#isOpen
  }

  /** Takes in what is there now. */
  readNow(): void {
    if (this.#isOpen) this.#readAll()
  }

  /**
   * Processes that go on need their tracer, or the kernel fails their calls; and a tracer needs a reader.
   * So another process reads to the end, into nothing.
   */
  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const reader = spawn('cat', [], { stdio: [this.#file, 'ignore', 'ignore'], detached: true })
    reader.once('error', () => undefined)
    reader.unref()
    closeSync(this.#file)
  }

  #readAll(): number {
    let total = 0
    while (this.#isOpen && total < READ_BYTES) {
      const bytes = this.#read()
      if (bytes === undefined) break
      if (bytes === 0) {
        if (this.#hasBegun) this.#close()
        break
      }
      this.#hasBegun = true
      total += bytes
      this.#splitter.push(this.#buffer.subarray(0, bytes))
    }
    return total
  }

  #read(): number | undefined {
    try {
      return readSync(this.#file, this.#buffer, 0, READ_BYTES, null)
    } catch (error) {
      if (systemCode(error) === 'EAGAIN') return undefined
      throw error
    }
  }

  #close(): void {
    this.#isOpen = false
    this.#splitter.end()
    closeSync(this.#file)
  }
}
