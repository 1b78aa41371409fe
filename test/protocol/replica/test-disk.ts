import type { Guard, Reader, Write } from '../../../protocol/ports.ts'
import { MapReader } from '../chain/map-reader.ts'

/** What is lost when the power fails while a barrier is under way. */
export type Loss = 'nothing' | 'the guard' | 'the barrier'

/** What one node has on its disk: the store, the log of the open height, the guard. */
export class TestDisk implements Reader {
  readonly store = new MapReader()
  /** Entries in the log, of which the first `synced` survive a crash. */
  log: Uint8Array[] = []
  synced = 0
  guard: Guard | null = null
  /** The newest barrier before it was synced, for a crash that takes it back. */
  #before: { synced: number; guard: Guard | null } | undefined

  get(key: string): Uint8Array | undefined {
    return this.store.get(key)
  }

  append(entry: Uint8Array): void {
    this.log.push(entry)
  }

  /** The log first, then the guard: decisions/0001. */
  persist(guard: Guard): void {
    this.#before = { synced: this.synced, guard: this.guard }
    this.synced = this.log.length
    this.guard = guard
  }

  persisted(): void {
    this.#before = undefined
  }

  commit(writes: readonly Write[]): void {
    this.store.apply(writes)
    this.log = []
    this.synced = 0
  }

  crash(loss: Loss): void {
    const before = this.#before
    this.#before = undefined
    if (before !== undefined && loss !== 'nothing') this.guard = before.guard
    if (before !== undefined && loss === 'the barrier') this.synced = before.synced
    // A disk may also have written what nobody asked it to sync.
    if (loss !== 'nothing') this.log = this.log.slice(0, this.synced)
    this.synced = this.log.length
  }
}
