import { INBOX_BYTES_MAX, INBOX_INPUTS_MAX } from '../../protocol/limits.ts'
import type { ReplicaInput } from '../../protocol/replica/input.ts'

const COMPACT_AFTER = 1_024

/**
 * What waits for its step, in order of arrival. Answers to effects always find room, because the
 * replica waits for them; what strangers and clients send is refused when it is full.
 */
export class Inbox {
  #inputs: ReplicaInput[] = []
  #next = 0
  #bytes = 0

  get length(): number {
    return this.#inputs.length - this.#next
  }

  get full(): boolean {
    return this.length >= INBOX_INPUTS_MAX || this.#bytes >= INBOX_BYTES_MAX
  }

  push(input: ReplicaInput): void {
    this.#inputs.push(input)
    this.#bytes += bytesOf(input)
  }

  shift(): ReplicaInput | undefined {
    const input = this.#inputs[this.#next]
    if (input === undefined) return undefined
    this.#next++
    this.#bytes -= bytesOf(input)
    this.#compact()
    return input
  }

  clear(): void {
    this.#inputs = []
    this.#next = 0
    this.#bytes = 0
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
