import { assert } from '../../protocol/assert.ts'
import type { Guard, Write } from '../../protocol/ports.ts'
import type { ChainMetrics } from '../metrics.ts'

/** What becomes durable. */
export interface ChainFiles {
  readonly store: {
    commit(writes: readonly Write[]): Promise<void>
    /** Reads see the store as it is now, until the function that it returns is called. */
    hold(): () => void
  }
  readonly wal: {
    append(entry: Uint8Array): void
    sync(): Promise<void>
    reset(height: number): void
  }
  readonly guard: { raise(guard: Guard): Promise<void> }
}

/** The three barriers of a height. Each rejects when the disk fails, and none is tried again (W7). */
export class Barriers {
  readonly #files: ChainFiles
  readonly #metrics: Pick<ChainMetrics, 'fsync'>
  #release: (() => void) | undefined

  constructor(files: ChainFiles, metrics: Pick<ChainMetrics, 'fsync'>) {
    this.#files = files
    this.#metrics = metrics
  }

  /** W1: buffered. */
  log(entry: Uint8Array): void {
    this.#files.wal.append(entry)
  }

  /** W2 and W3. First the log, then the guard: protocol/decisions/0001-log-before-guard.md. */
  async persist(guard: Guard): Promise<void> {
    await this.#files.wal.sync()
    this.#metrics.fsync('wal')
    await this.#files.guard.raise(guard)
    this.#metrics.fsync('guard')
  }

  /**
   * W6. The new log needs no barrier of its own: see WriteAheadLog.reset. Readers see nothing of the
   * block until it is revealed. It needs no order with a `persist` that is still under way: what that
   * one logs and guards is of the height that is decided, and heights share no locks.
   */
  async commit(height: number, writes: readonly Write[]): Promise<void> {
    assert(this.#release === undefined, 'one block is committed at a time')
    this.#release = this.#files.store.hold()
    await this.#files.store.commit(writes)
    this.#metrics.fsync('commit')
    this.#files.wal.reset(height + 1)
  }

  /** The replica is about to learn of the block: from here on it stands in the store. */
  reveal(): void {
    this.#release?.()
    this.#release = undefined
  }
}
