import {
  GOSSIP_PENDING_BYTES_MAX,
  GOSSIP_PENDING_MAX,
  GOSSIP_VERDICT_MS,
} from '../../protocol/limits.ts'
import type { GossipTopic } from '../../protocol/replica/input.ts'

export interface PendingMessage {
  readonly messageId: string
  /** The member that forwarded it to us. */
  readonly from: number
  readonly bytes: number
  readonly topic: GossipTopic
}

interface Entry extends PendingMessage {
  readonly atMs: number
}

/**
 * Gossip that was handed on and has no verdict yet. Each member has a share of its own, so that a flood
 * of one leaves the others' gossip alone.
 */
export class PendingVerdicts {
  readonly #entries = new Map<number, Entry>()
  readonly #loads = new Map<number, { messages: number; bytes: number }>()
  readonly #nowMs: () => number
  #lastRef = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** @returns a number to settle it with; undefined when its sender's share is used up */
  add(message: PendingMessage): number | undefined {
    const load = this.#loadOf(message.from)
    if (load.messages >= GOSSIP_PENDING_MAX) return undefined
    if (load.bytes + message.bytes > GOSSIP_PENDING_BYTES_MAX) return undefined
    load.messages += 1
    load.bytes += message.bytes
    this.#entries.set(++this.#lastRef, { ...message, atMs: this.#nowMs() })
    return this.#lastRef
  }

  /** Undefined when it was settled before, or timed out. */
  settle(ref: number): PendingMessage | undefined {
    const entry = this.#entries.get(ref)
    if (entry === undefined) return undefined
    this.#entries.delete(ref)
    const load = this.#loadOf(entry.from)
    load.messages -= 1
    load.bytes -= entry.bytes
    return entry
  }

  /** Settles those whose verdict would come too late, oldest first. */
  timedOut(): readonly PendingMessage[] {
    const before = this.#nowMs() - GOSSIP_VERDICT_MS
    const late: PendingMessage[] = []
    for (const [ref, entry] of this.#entries) {
      if (entry.atMs > before) break
      this.settle(ref)
      late.push(entry)
    }
    return late
  }

  clear(): void {
    this.#entries.clear()
    this.#loads.clear()
  }

  #loadOf(member: number): { messages: number; bytes: number } {
    const load = this.#loads.get(member) ?? { messages: 0, bytes: 0 }
    this.#loads.set(member, load)
    return load
  }
}
