import { rename } from 'node:fs/promises'
import type { Digest } from '../../protocol/digest.ts'
import { WAL_BUFFER_BYTES_MAX, WAL_BYTES_MAX, WAL_KEPT_BYTES_MAX } from '../../protocol/limits.ts'
import { StorageError, storageFailure } from './storage-error.ts'
import { SyncedFile } from './synced-file.ts'
import {
  decodeWalHeader,
  encodeWalHeader,
  readWalEntries,
  WAL_END,
  WAL_HEADER_BYTES,
  WalWriter,
} from './wal-format.ts'

export interface RecoveredLog {
  /** Null when no log was ever written, or its header did not survive. */
  readonly height: number | null
  readonly entries: readonly Uint8Array[]
  /**
   * torn: the last write was cut short by a crash, and was not promised to anyone. corrupt: something
   * that had been synced is damaged; whether that matters is decided by the signing guard (W9).
   */
  readonly state: 'clean' | 'torn' | 'corrupt'
}

/**
 * The write-ahead log of one chain, for the height that is being decided (consensus rules W1, W2, W8,
 * W9). Entries wait in memory; `sync` writes them in one piece and makes them durable.
 */
export class WriteAheadLog {
  readonly #path: string
  readonly #chain: Digest
  #file: SyncedFile
  #writer: WalWriter
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #end = 0
  #recovered: RecoveredLog

  private constructor(path: string, chain: Digest, file: SyncedFile) {
    this.#path = path
    this.#chain = chain
    this.#file = file
    this.#writer = new WalWriter(0, 0)
    this.#recovered = { height: null, entries: [], state: 'clean' }
  }

  /**
   * Opens the log and reads it back. What was torn is cut off; a corrupt file is kept beside the log
   * as `.corrupt`, for whoever wants to know.
   *
   * @throws StorageError storage-foreign, storage-version, storage-failed
   */
  static async open(path: string, chain: Digest): Promise<WriteAheadLog> {
    const log = new WriteAheadLog(path, chain, await SyncedFile.open(path))
    await log.#recover()
    return log
  }

  /** What the log held when it was opened. */
  get recovered(): RecoveredLog {
    return this.#recovered
  }

  async #recover(): Promise<void> {
    if (this.#file.size > WAL_BYTES_MAX) return this.#setAside(null)
    const bytes = this.#file.read()
    const header = decodeWalHeader(bytes)
    if (header === 'unknown-version') {
      throw new StorageError(
        'storage-version',
        `${this.#path} has a version this software does not know`,
      )
    }
    if (header === undefined) return this.#recoverWithoutHeader(bytes)
    if (header.chain !== this.#chain) {
      throw new StorageError('storage-foreign', `${this.#path} is the log of chain ${header.chain}`)
    }
    const { entries, end, previous, state } = readWalEntries(bytes, header.seed)
    if (state === 'corrupt') return this.#setAside(header.height)
    // Cut, so that what is written next never meets half of an entry of its own log.
    if (state === 'torn') {
      this.#file.truncate(end)
      await this.#file.sync()
    }
    this.#end = end
    this.#writer = new WalWriter(header.seed, previous)
    this.#recovered = { height: header.height, entries, state }
  }

  /** A crash while the header was being replaced leaves none; nothing of the new height was promised then. */
  #recoverWithoutHeader(bytes: Buffer): Promise<void> | void {
    if (bytes.length === 0) return
    if (bytes.length >= WAL_HEADER_BYTES) return this.#setAside(null)
    this.#recovered = { height: null, entries: [], state: 'torn' }
  }

  async #setAside(height: number | null): Promise<void> {
    await this.#file.close()
    try {
      await rename(this.#path, `${this.#path}.corrupt`)
    } catch (cause) {
      throw storageFailure(`${this.#path} cannot be set aside`, cause)
    }
    this.#file = await SyncedFile.open(this.#path)
    this.#recovered = { height, entries: [], state: 'corrupt' }
  }

  /** W1: buffered. Memory is bounded by writing early, without waiting for the disk. */
  append(entry: Uint8Array): void {
    const [head, payload] = this.#writer.encode(entry)
    this.#pending.push(head, payload)
    this.#pendingBytes += head.length + payload.length
    if (this.#pendingBytes > WAL_BUFFER_BYTES_MAX) this.#write()
  }

  /** W2: all that was appended is durable when it resolves. */
  sync(): Promise<void> {
    try {
      this.#write()
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#file.sync()
  }

  /**
   * Begins the log of another height, over the one before. Nothing is synced here: until the first
   * barrier of the new height the disk may hold either header. An older height than the store's next
   * is thrown away at start (W8), and nothing of the new height was signed before its first barrier.
   */
  reset(height: number): void {
    if (this.#end > WAL_KEPT_BYTES_MAX) this.#file.truncate(0)
    const { bytes, seed } = encodeWalHeader(this.#chain, height)
    this.#writer = new WalWriter(seed, seed)
    this.#pending = [bytes]
    this.#pendingBytes = bytes.length
    this.#end = 0
  }

  #write(): void {
    if (this.#pending.length === 0) return
    const bytes = Buffer.concat([...this.#pending, WAL_END])
    this.#file.write(bytes, this.#end)
    this.#end += bytes.length - WAL_END.length
    this.#pending = []
    this.#pendingBytes = 0
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
