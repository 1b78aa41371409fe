import { INBOX_BYTES_MAX, INBOX_INPUTS_MAX, INBOX_SHARE_MAX } from '../../protocol/limits.ts'
import type { ReplicaInput } from '../../protocol/replica/input.ts'

const COMPACT_AFTER = 1_024
const NO_FRAMES = { inputs: 0, bytes: 0 }

/**
 * What waits for its step, in order of arrival. Answers to effects always find room, because the
 * replica waits for them; what strangers and clients send is refused when it is full.
 */
export class Inbox {
  #inputs: ReplicaInput[] = []
  #next = 0
  #bytes = 0
  /** By member, of what came on its stream. */
  readonly #frames = new Map<number, { readonly inputs: number; readonly bytes: number }>()

  get length(): number {
    return this.#inputs.length - this.#next
  }

  get full(): boolean {
    return this.length >= INBOX_INPUTS_MAX || this.#bytes >= INBOX_BYTES_MAX
  }

  /** Whether one more frame of a member is taken: one that floods us loses its own frames, not the others'. */
  hasRoomFor(member: number): boolean {
    const { inputs, bytes } = this.#frames.get(member) ?? NO_FRAMES
    const isFlooding =
      inputs >= INBOX_INPUTS_MAX * INBOX_SHARE_MAX || bytes >= INBOX_BYTES_MAX * INBOX_SHARE_MAX
    return !this.full && !isFlooding
  }

  push(input: ReplicaInput): void {
    this.#inputs.push(input)
    this.#bytes += bytesOf(input)
    this.#count(input, 1)
  }

  shift(): ReplicaInput | undefined {
    const input = this.#inputs[this.#next]
    if (input === undefined) return undefined
    this.#next++
    this.#bytes -= bytesOf(input)
    this.#count(input, -1)
    this.#compact()
    return input
  }

  clear(): void {
    this.#inputs = []
    this.#next = 0
    this.#bytes = 0
    this.#frames.clear()
  }

  #count(input: ReplicaInput, sign: 1 | -1): void {
    if (input.kind !== 'frame') return
    const { inputs, bytes } = this.#frames.get(input.from) ?? NO_FRAMES
    this.#frames.set(input.from, {
      inputs: inputs + sign,
      bytes: bytes + sign * input.bytes.length,
    })
  }

  #compact(): void {
    if (this.length === 0) this.clear()
    if (this.#next < COMPACT_AFTER) return
    this.#inputs = this.#inputs.slice(this.#next)
    this.#next = 0
  }
}

function bytesOf(input: ReplicaInput): number {
  if (input.kind === 'frame' || input.kind === 'gossip') return input.bytes.length
  return input.kind === 'submit' ? input.envelope.length : 0
}
