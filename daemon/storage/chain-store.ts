import { assert } from '../../protocol/assert.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { Reader, Write } from '../../protocol/ports.ts'
import type { Scan, ScanEntry } from '../../protocol/queries/query.ts'
import type { LevelDatabase } from './level-database.ts'
import { storageFailure } from './storage-error.ts'

const CHAIN_HEX_DIGITS = 16

type Snapshot = ReturnType<LevelDatabase['snapshot']>

export interface StoreScan extends Scan {
  /** From the end; `after` then means before. */
  readonly reverse?: boolean
}

/** A store as it was at one moment, whatever is written later. */
export interface StoreSnapshot extends Reader {
  scan(scan: StoreScan): Promise<readonly ScanEntry[]>
  /** What is read afterwards means nothing. */
  close(): void
}

/** What one chain keeps: synchronous reads, atomic synced writes. Keys are those of protocol/storage-keys.ts. */
export class ChainStore implements Reader {
  readonly #level: LevelDatabase
  readonly #chain: Digest
  readonly #prefix: string
  #held: Snapshot | undefined

  constructor(level: LevelDatabase, chain: Digest) {
    this.#level = level
    this.#chain = chain
    this.#prefix = `${chain.slice(0, CHAIN_HEX_DIGITS)}/`
  }

  /** @throws StorageError when the disk fails or the entry is damaged */
  get(key: string): Uint8Array | undefined {
    try {
      return this.#level.getSync(this.#prefix + key, this.#view())
    } catch (cause) {
      throw storageFailure(`reading ${key}`, cause)
    }
  }

  /**
   * Until the returned function is called, reads see the store as it is now: a batch lands in it on
   * another thread, before whoever committed it takes notice.
   */
  hold(): () => void {
    assert(this.#held === undefined, 'a store is held once at a time')
    const held = this.#level.snapshot()
    this.#held = held
    return () => {
      this.#held = undefined
      void held.close()
    }
  }

  /** For whoever reads for longer than one turn of the event loop. */
  snapshot(): StoreSnapshot {
    const still = new ChainStore(this.#level, this.#chain)
    const close = still.hold()
    return { get: (key) => still.get(key), scan: (scan) => still.scan(scan), close }
  }

  #view(): { readonly snapshot?: Snapshot } {
    return this.#held === undefined ? {} : { snapshot: this.#held }
  }

  /**
   * All of the writes or none, on disk when it resolves.
   *
   * @throws StorageError storage-failed
   */
  async commit(writes: readonly Write[]): Promise<void> {
    try {
      await this.#level.batch(
        writes.map((write) => this.#operation(write)),
        { sync: true },
      )
    } catch (cause) {
      throw storageFailure('writing a block', cause)
    }
  }

  #operation({ key, value }: Write) {
    const full = this.#prefix + key
    return value === undefined
      ? { type: 'del' as const, key: full }
      : { type: 'put' as const, key: full, value }
  }

  /** The entries whose key starts with `prefix`, in key order, at most `limit` of them. */
  async scan({ prefix, after, limit, reverse = false }: StoreScan): Promise<readonly ScanEntry[]> {
    const start = this.#prefix + prefix
    const bounds = reverse
      ? { gte: start, lt: after === undefined ? behind(start) : this.#prefix + after }
      : {
          ...(after === undefined ? { gte: start } : { gt: this.#prefix + after }),
          lt: behind(start),
        }
    try {
      const entries = await this.#level
        .iterator({ ...bounds, limit, reverse, ...this.#view() })
        .all()
      return entries.map(([key, value]) => ({ key: key.slice(this.#prefix.length), value }))
    } catch (cause) {
      throw storageFailure(`scanning ${prefix}`, cause)
    }
  }

  async isEmpty(): Promise<boolean> {
    return (await this.scan({ prefix: '', limit: 1 })).length === 0
  }

  /** All entries whose key starts with `prefix`, in key order, without holding them in memory. */
  async *entries(prefix: string): AsyncGenerator<ScanEntry> {
    const start = this.#prefix + prefix
    try {
      for await (const [key, value] of this.#level.iterator({ gte: start, lt: behind(start) })) {
        yield { key: key.slice(this.#prefix.length), value }
      }
    } catch (cause) {
      throw storageFailure(`reading ${prefix}`, cause)
    }
  }

  async deletePrefix(prefix: string): Promise<void> {
    const start = this.#prefix + prefix
    try {
      await this.#level.clear({ gte: start, lt: behind(start) })
    } catch (cause) {
      throw storageFailure(`deleting ${prefix}`, cause)
    }
  }
}

/** The least key after all that start with a prefix. Prefixes end with an ASCII character. */
function behind(prefix: string): string {
  const last = prefix.length - 1
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1)
}
