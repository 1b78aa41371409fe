import type { Evidence } from '../../protocol/consensus/evidence.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { CommittedBlock, Outcome, ReplicaEffect } from '../../protocol/replica/effect.ts'

/** What happens on a chain, for whoever watches it. */
export type ChainEvent =
  /** Committed, durable here, and visible in the store. */
  | { readonly kind: 'block'; readonly block: CommittedBlock }
  /** A record that was submitted here came to its end. */
  | { readonly kind: 'settled'; readonly record: Digest; readonly outcome: Outcome }
  | { readonly kind: 'accuse'; readonly evidence: Evidence }
  | Extract<ReplicaEffect, { kind: 'alarm' }>
  /** A bug: this chain takes no further step until the node is started again. */
  | { readonly kind: 'halted'; readonly reason: string }

export type ChainListener = (event: ChainEvent) => void

/** Tells listeners in turn. One that throws harms neither the chain nor the others. */
export class ChainEvents {
  readonly #listeners = new Set<ChainListener>()
  readonly #onFault: (error: unknown) => void

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault
  }

  /** @returns stops listening */
  listen(listener: ChainListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(event: ChainEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#onFault(error)
      }
    }
  }
}
