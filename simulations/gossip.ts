import { createHash } from 'node:crypto'
import { concatBytes } from '../protocol/bytes.ts'
import type { GossipTopic } from '../protocol/replica/input.ts'

const TOPICS: readonly GossipTopic[] = ['records', 'blocks']

export interface GossipMessage {
  readonly topic: GossipTopic
  readonly bytes: Uint8Array
}

export function packGossip({ topic, bytes }: GossipMessage): Uint8Array {
  return concatBytes(Uint8Array.of(TOPICS.indexOf(topic)), bytes)
}

export function unpackGossip(packed: Uint8Array): GossipMessage | undefined {
  const topic = TOPICS[packed[0] ?? TOPICS.length]
  return topic === undefined ? undefined : { topic, bytes: packed.subarray(1) }
}

interface Awaited {
  readonly packed: Uint8Array
  readonly from: number
}

/** One node's part in flooding: a message is looked at once, and passed on once it is accepted. */
export class Flood {
  readonly #seen = new Set<string>()
  readonly #awaited = new Map<number, Awaited>()
  #nextRef = 1

  /** The reference under which a verdict is awaited; undefined for a message seen before. */
  receive(from: number, packed: Uint8Array): number | undefined {
    if (!this.#remember(packed)) return undefined
    const ref = this.#nextRef++
    this.#awaited.set(ref, { packed, from })
    return ref
  }

  publish(packed: Uint8Array): boolean {
    return this.#remember(packed)
  }

  /** What is to be passed on, and from whom it came. @returns undefined for an unknown reference */
  judge(ref: number): Awaited | undefined {
    const awaited = this.#awaited.get(ref)
    this.#awaited.delete(ref)
    return awaited
  }

  /** Messages that no verdict was given on yet. */
  get waiting(): number {
    return this.#awaited.size
  }

  #remember(packed: Uint8Array): boolean {
    const id = createHash('sha256').update(packed).digest('base64')
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    return true
  }
}
