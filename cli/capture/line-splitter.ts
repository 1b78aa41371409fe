/**
 * Cuts a stream of bytes into lines, with one character for each byte. A line beyond the bound is
 * dropped whole and counted.
 */
export class LineSplitter {
  readonly #bytesMax: number
  readonly #onLine: (line: string) => void
  #rest = ''
  #isDropping = false
  #dropped = 0

  constructor(bytesMax: number, onLine: (line: string) => void) {
    this.#bytesMax = bytesMax
    this.#onLine = onLine
  }

  get dropped(): number {
    return this.#dropped
  }

  push(bytes: Buffer): void {
    const text = bytes.toString('latin1')
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#end(text.slice(start, end))
      start = end + 1
    }
    this.#keep(text.slice(start))
  }

  /** The last line may lack its line feed. */
  end(): void {
    if (this.#rest !== '' || this.#isDropping) this.#end('')
  }

  #end(tail: string): void {
    const line = this.#rest + tail
    const isTooLong = this.#isDropping || line.length > this.#bytesMax
    this.#rest = ''
    this.#isDropping = false
    if (isTooLong) this.#dropped++
    else this.#onLine(line)
  }

  #keep(tail: string): void {
    if (this.#isDropping) return
    this.#rest += tail
    if (this.#rest.length <= this.#bytesMax) return
    this.#rest = ''
    this.#isDropping = true
  }
}
