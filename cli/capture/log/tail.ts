import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { LOG_BYTES_MAX, LOG_LINE_BYTES_MAX } from '../bounds.ts'
import { LineSplitter } from '../line-splitter.ts'

const READ_BYTES = 1_048_576

/** Reads a file on while others append to it, up to a bound. */
export class Tail {
  readonly #file: number
  readonly #splitter: LineSplitter
  #at = 0

  /** @param path of a file that exists */
  constructor(path: string, onLine: (line: string) => void) {
    this.#file = openSync(path, 'r')
    this.#splitter = new LineSplitter(LOG_LINE_BYTES_MAX, onLine)
  }

  /** Lines that were too long. */
  get dropped(): number {
    return this.#splitter.dropped
  }

  /** There was more than is ever read. */
  get isCut(): boolean {
    return this.#at >= LOG_BYTES_MAX
  }

  /** Takes in what was added. */
  readNow(): void {
    const size = fstatSync(this.#file).size
    while (this.#at < Math.min(size, LOG_BYTES_MAX)) {
      const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, size - this.#at))
      const bytes = readSync(this.#file, buffer, 0, buffer.length, this.#at)
      if (bytes === 0) return
      this.#at += bytes
      this.#splitter.push(buffer.subarray(0, bytes))
    }
  }

  end(): void {
    this.readNow()
    this.#splitter.end()
    closeSync(this.#file)
  }
}
