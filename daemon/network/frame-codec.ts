import { FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import { type Rejection, refuse } from '../../protocol/rejection.ts'

const LENGTH_BYTES = 4

/** u32 length, then the bytes: one frame as it crosses a direct stream. */
export function encodeFrame(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, LENGTH_BYTES)
  return frame
}

/**
 * Cuts a stream of bytes back into frames. Each byte is copied once, into the frame that it belongs to,
 * which is allocated when its length is known to be allowed.
 */
export class FrameDecoder {
  readonly #onFrame: (bytes: Uint8Array) => void
  /** The length word so far, and how many of its bytes are there. */
  #length = 0
  #lengthBytes = 0
  #frame: Uint8Array | undefined
  #frameBytes = 0

  constructor(onFrame: (bytes: Uint8Array) => void) {
    this.#onFrame = onFrame
  }

  /** @returns why the stream is to be closed; nothing may be pushed after that */
  push(chunk: Uint8Array): Rejection | undefined {
    let offset = 0
    while (offset < chunk.length) {
      if (this.#frame !== undefined) {
        offset = this.#fill(this.#frame, chunk, offset)
        continue
      }
      this.#length = this.#length * 256 + (chunk[offset++] as number)
      if (++this.#lengthBytes < LENGTH_BYTES) continue
      if (this.#length === 0) return refuse('malformed', 'a frame without content')
      if (this.#length > FRAME_BYTES_MAX) {
        return refuse('too-large', `a frame of ${this.#length} bytes, at most ${FRAME_BYTES_MAX}`)
      }
      this.#frame = new Uint8Array(this.#length)
    }
    return undefined
  }

  #fill(frame: Uint8Array, chunk: Uint8Array, offset: number): number {
    const end = Math.min(chunk.length, offset + frame.length - this.#frameBytes)
    frame.set(chunk.subarray(offset, end), this.#frameBytes)
    this.#frameBytes += end - offset
    if (this.#frameBytes === frame.length) {
      this.#frame = undefined
      this.#frameBytes = 0
      this.#length = 0
      this.#lengthBytes = 0
      this.#onFrame(frame)
    }
    return end
  }
}
