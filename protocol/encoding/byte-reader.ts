import { EMPTY_BYTES } from '../bytes.ts'

/**
 * Reads what ByteWriter wrote, out of bytes that a stranger may have sent. A read past the end does
 * not throw: it answers zeros and the reader stays failed, so a decoder reads all its fields and
 * asks `finished()` once.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0
  #failed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #take(length: number): number | undefined {
    if (this.#failed || length > this.#bytes.length - this.#offset) {
      this.#failed = true
      return undefined
    }
    const at = this.#offset
    this.#offset += length
    return at
  }

  u8(): number {
    const at = this.#take(1)
    return at === undefined ? 0 : this.#view.getUint8(at)
  }

  u32(): number {
    const at = this.#take(4)
    return at === undefined ? 0 : this.#view.getUint32(at)
  }

  i32(): number {
    const at = this.#take(4)
    return at === undefined ? 0 : this.#view.getInt32(at)
  }

  /** Fails on a value beyond 2^53-1: no height, time or size of ours is that large. */
  u64(): number {
    const at = this.#take(8)
    if (at === undefined) return 0
    const value = Number(this.#view.getBigUint64(at))
    if (!Number.isSafeInteger(value)) this.#failed = true
    return this.#failed ? 0 : value
  }

  /** A view, not a copy. */
  raw(length: number): Uint8Array {
    const at = this.#take(length)
    return at === undefined ? EMPTY_BYTES : this.#bytes.subarray(at, at + length)
  }

  /** Bytes behind a u32 length, refused before anything is allocated when longer than `lengthMax`. */
  bytes(lengthMax: number): Uint8Array {
    const length = this.u32()
    if (length > lengthMax) this.#failed = true
    return this.raw(length)
  }

  /** Marks the input as malformed: for a tag or a count that no writer of ours produces. */
  fail(): void {
    this.#failed = true
  }

  get failed(): boolean {
    return this.#failed
  }

  /** True when every read fitted and not one byte is left over. */
  finished(): boolean {
    return !this.#failed && this.#offset === this.#bytes.length
  }
}
