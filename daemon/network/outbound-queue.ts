import { EMPTY_BYTES } from '../../protocol/bytes.ts'
import { MEMBER_QUEUE_BYTES_MAX } from '../../protocol/limits.ts'

/** What a waiting frame costs besides its bytes, so that many empty ones are bounded too. */
const ENTRY_BYTES = 64
/** Places of frames that left are given back together. */
const COMPACT_AT = 1_024

/** Frames that wait for a slow member, oldest first, within MEMBER_QUEUE_BYTES_MAX. */
export class OutboundQueue {
  #frames: Uint8Array[] = []
  #head = 0
  #bytes = 0

  get length(): number {
    return this.#frames.length - this.#head
  }

  /** @returns how many of the oldest had to give way */
  push(frame: Uint8Array): number {
    this.#frames.push(frame)
    this.#bytes += frame.length + ENTRY_BYTES
    let dropped = 0
    while (this.#bytes > MEMBER_QUEUE_BYTES_MAX && this.length > 1) {
      this.shift()
      dropped++
    }
    return dropped
  }

  shift(): Uint8Array | undefined {
    const frame = this.#frames[this.#head]
    if (frame === undefined) return undefined
    this.#frames[this.#head++] = EMPTY_BYTES
    this.#bytes -= frame.length + ENTRY_BYTES
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head)
      this.#head = 0
    }
    return frame
  }

  /** @returns how many there were */
  clear(): number {
    const { length } = this
    this.#frames = []
    this.#head = 0
    this.#bytes = 0
    return length
  }
}
