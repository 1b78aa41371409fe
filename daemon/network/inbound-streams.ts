import type { Stream, StreamMessageEvent } from '@libp2p/interface'
import {
  FRAME_COST_BYTES,
  FRAMES_BURST_BYTES,
  FRAMES_BYTES_PER_SECOND,
} from '../../protocol/limits.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import { FrameDecoder } from './frame-codec.ts'

export interface InboundOptions {
  readonly onFrame: (from: number, bytes: Uint8Array) => void
  readonly onViolation: (from: number, rejection: Rejection) => void
}

interface Reader {
  readonly stream: Stream
  readonly budget: ReadBudget
  resuming: NodeJS.Timeout | undefined
}

/** The direct streams that the members opened to us: one each, read and never written. */
export class InboundStreams {
  readonly #options: InboundOptions
  readonly #readers = new Map<number, Reader>()
  readonly #budgets = new Map<number, ReadBudget>()

  constructor(options: InboundOptions) {
    this.#options = options
  }

  /** A member that opens another stream has lost the earlier one. */
  accept(from: number, stream: Stream): void {
    this.#drop(from, new Error('replaced by a newer stream'))
    const budget = this.#budgets.get(from) ?? new ReadBudget(performance.now())
    this.#budgets.set(from, budget)
    const reader: Reader = { stream, budget, resuming: undefined }
    this.#readers.set(from, reader)
    this.#read(from, reader)
    stream.addEventListener('close', () => this.#forget(from, reader), { once: true })
    // Our end is closed at once, so that the stream is gone when the member closes its own.
    stream.close().catch((error: Error) => stream.abort(error))
  }

  stop(): void {
    for (const from of this.#readers.keys()) this.#drop(from, new Error('the node stops'))
  }

  #read(from: number, reader: Reader): void {
    const { stream, budget } = reader
    const decoder = new FrameDecoder((bytes) => {
      budget.spend(FRAME_COST_BYTES)
      this.#options.onFrame(from, bytes)
    })
    let fault: Rejection | undefined
    stream.addEventListener('message', ({ data }: StreamMessageEvent) => {
      for (const chunk of data instanceof Uint8Array ? [data] : data) {
        fault ??= decoder.push(chunk)
      }
      if (fault !== undefined) {
        this.#options.onViolation(from, fault)
        this.#drop(from, new RangeError(fault.detail))
        return
      }
      budget.spend(data.byteLength)
      const waitMs = budget.waitMs(performance.now())
      // Not in this very event: a stream that is being resumed would be resumed for good.
      if (waitMs > 0) queueMicrotask(() => pauseFor(reader, waitMs))
    })
  }

  #forget(from: number, reader: Reader): void {
    clearTimeout(reader.resuming)
    if (this.#readers.get(from) === reader) this.#readers.delete(from)
  }

  #drop(from: number, why: Error): void {
    const reader = this.#readers.get(from)
    if (reader === undefined) return
    this.#forget(from, reader)
    reader.stream.abort(why)
  }
}

/** While it is paused the member's window fills up, and then it cannot send. */
function pauseFor(reader: Reader, waitMs: number): void {
  const { stream } = reader
  if (stream.readStatus !== 'readable') return
  stream.pause()
  reader.resuming = setTimeout(() => {
    if (stream.readStatus === 'paused') stream.resume()
  }, waitMs)
}

/** What may be read from one member without a pause. It may be overdrawn; then reading waits. */
export class ReadBudget {
  #bytes = FRAMES_BURST_BYTES
  #atMs: number

  /** @param nowMs of a clock that does not jump */
  constructor(nowMs: number) {
    this.#atMs = nowMs
  }

  spend(bytes: number): void {
    this.#bytes -= bytes
  }

  /** How long to wait until nothing is overdrawn; 0 when nothing is. */
  waitMs(nowMs: number): number {
    const refill = ((nowMs - this.#atMs) * FRAMES_BYTES_PER_SECOND) / 1_000
    this.#bytes = Math.min(FRAMES_BURST_BYTES, this.#bytes + refill)
    this.#atMs = nowMs
    return this.#bytes >= 0 ? 0 : Math.ceil((-this.#bytes * 1_000) / FRAMES_BYTES_PER_SECOND)
  }
}
