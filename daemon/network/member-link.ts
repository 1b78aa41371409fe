import type { Stream } from '@libp2p/interface'
import { redialDelayMs } from './dialer.ts'
import { OutboundQueue } from './outbound-queue.ts'

export interface MemberLinkOptions {
  /** Opens a stream to the member, for writing only. */
  readonly open: (signal: AbortSignal) => Promise<Stream>
  /** Leave the first call to the other side, as both must not call at once. */
  readonly waitsFirst: boolean
  readonly onChange: (connected: boolean) => void
  readonly onFailure: (error: unknown) => void
  /** Frames that wait now. */
  readonly onQueue: (frames: number) => void
  readonly onDropped: (frames: number) => void
}

const CLOSE_TIMEOUT_MS = 500

/**
 * Our long-lived direct stream to one member. Frames leave at once, in order. Where the member reads
 * more slowly than we write they wait, and the oldest give way. While the stream is down frames are
 * dropped: the replica says again what still matters once it is told that the stream is up.
 */
export class MemberLink {
  readonly #options: MemberLinkOptions
  readonly #queue = new OutboundQueue()
  readonly #stopping = new AbortController()
  #stream: Stream | undefined
  #wake: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: MemberLinkOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake?.()
    const stream = this.#stream
    if (stream !== undefined) await closeStream(stream)
    await this.#running
  }

  /** The member is there, as we have just heard from it: do not wait for the next attempt. */
  wake(): void {
    this.#wake?.()
  }

  /** @param frame with its length (encodeFrame); not changed by anyone after */
  send(frame: Uint8Array): void {
    const stream = this.#stream
    if (stream === undefined) this.#options.onDropped(1)
    else if (this.#queue.length === 0 && !stream.writableNeedsDrain) write(stream, frame)
    else this.#wait(frame)
  }

  #wait(frame: Uint8Array): void {
    const dropped = this.#queue.push(frame)
    if (dropped > 0) this.#options.onDropped(dropped)
    this.#options.onQueue(this.#queue.length)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    let failures = 0
    if (this.#options.waitsFirst) await this.#pause(failures)
    while (!signal.aborted) {
      try {
        const stream = await this.#options.open(signal)
        failures = 0
        await this.#use(stream)
      } catch (error) {
        failures++
        if (!signal.aborted) this.#options.onFailure(error)
      }
      if (!signal.aborted) await this.#pause(failures)
    }
  }

  /** Until the stream is closed by anyone. */
  async #use(stream: Stream): Promise<void> {
    if (this.#stopping.signal.aborted) return closeStream(stream)
    const closed = Promise.withResolvers<void>()
    stream.addEventListener('close', () => closed.resolve(), { once: true })
    stream.addEventListener('drain', () => this.#flush(stream))
    // Nothing is ever said in this direction.
    stream.addEventListener('message', () =>
      stream.abort(new RangeError('a direct stream is one-way')),
    )
    if (stream.status !== 'open') return
    this.#stream = stream
    this.#options.onChange(true)
    await closed.promise
    this.#stream = undefined
    const lost = this.#queue.clear()
    if (lost > 0) this.#options.onDropped(lost)
    this.#options.onQueue(0)
    this.#options.onChange(false)
  }

  #flush(stream: Stream): void {
    if (stream !== this.#stream || this.#queue.length === 0) return
    while (!stream.writableNeedsDrain) {
      const frame = this.#queue.shift()
      if (frame === undefined) break
      write(stream, frame)
    }
    this.#options.onQueue(this.#queue.length)
  }

  async #pause(failures: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, redialDelayMs(failures, Math.random()))
    await promise
    clearTimeout(timer)
    this.#wake = undefined
  }
}

/** A stream that cannot be written to is closed; the link learns of it by its event. */
function write(stream: Stream, frame: Uint8Array): void {
  try {
    stream.send(frame)
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
  }
}

async function closeStream(stream: Stream): Promise<void> {
  try {
    await stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
  } catch {
    // It is aborted below.
  }
  // Also where the other side has not closed its end: nobody waits for that.
  if (stream.status !== 'closed') stream.abort(new Error('the node stops'))
}
