import type { Reader } from '../../ports.ts'
import type { StateChange, StateView } from '../../rules/rule-context.ts'
import { storageKey } from '../../storage-keys.ts'

/** The state as of the durable head, with the changes of one block on top that nobody else sees. */
export class StateOverlay implements StateView {
  readonly #reader: Reader
  readonly #changes = new Map<string, Uint8Array>()

  constructor(reader: Reader) {
    this.#reader = reader
  }

  get(key: string): Uint8Array | undefined {
    return this.#changes.get(key) ?? this.#reader.get(storageKey.state(key))
  }

  apply(change: StateChange): void {
    for (const { key, value } of change) this.#changes.set(key, value)
  }

  changes(): { readonly key: string; readonly value: Uint8Array }[] {
    return [...this.#changes].map(([key, value]) => ({ key, value }))
  }
}
