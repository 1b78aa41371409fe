import { concatBytes } from '../bytes.ts'

/** Builds a fixed-layout byte string, big-endian, field by field. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []

  u8(value: number): this {
    this.#parts.push(Uint8Array.of(value))
    return this
  }

  u32(value: number): this {
    const part = new Uint8Array(4)
    new DataView(part.buffer).setUint32(0, value)
    this.#parts.push(part)
    return this
  }

  i32(value: number): this {
    const part = new Uint8Array(4)
    new DataView(part.buffer).setInt32(0, value)
    this.#parts.push(part)
    return this
  }

  /** A safe integer, written as eight bytes. */
  u64(value: number): this {
    const part = new Uint8Array(8)
    new DataView(part.buffer).setBigUint64(0, BigInt(value))
    this.#parts.push(part)
    return this
  }

  /** Bytes whose length the reader knows. */
  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    return this
  }

  /** Bytes behind their length as u32. */
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes)
  }

  finish(): Uint8Array {
    return concatBytes(...this.#parts)
  }
}
