import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { syncFolder } from '../keys/secret-file.ts'
import { storageFailure } from './storage-error.ts'

/** No descriptor: every call with it fails. */
const CLOSED = -1

const datasync = promisify(fdatasync)

/**
 * A file that is written at known places and then synced, one barrier at a time. A write goes to the
 * page cache at once; only the sync leaves the thread. A failure is final (W7): a page that could not
 * be written may be dropped, and a second sync would then succeed without it.
 */
export class SyncedFile {
  readonly #path: string
  #descriptor: number
  #barriers: Promise<void> = Promise.resolve()

  private constructor(path: string, descriptor: number) {
    this.#path = path
    this.#descriptor = descriptor
  }

  /** Opens or creates it, and makes its name durable. */
  static async open(path: string): Promise<SyncedFile> {
    try {
      const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
      await syncFolder(dirname(path))
      return new SyncedFile(path, descriptor)
    } catch (cause) {
      throw storageFailure(`${path} cannot be opened`, cause)
    }
  }

  get size(): number {
    return fstatSync(this.#descriptor).size
  }

  /** The whole file. */
  read(): Buffer {
    try {
      const bytes = Buffer.alloc(this.size)
      let read = 0
      while (read < bytes.length) {
        const count = readSync(this.#descriptor, bytes, read, bytes.length - read, read)
        if (count === 0) break
        read += count
      }
      return bytes.subarray(0, read)
    } catch (cause) {
      throw storageFailure(`${this.#path} cannot be read`, cause)
    }
  }

  write(bytes: Uint8Array, position: number): void {
    try {
      let written = 0
      while (written < bytes.length) {
        written += writeSync(
          this.#descriptor,
          bytes,
          written,
          bytes.length - written,
          position + written,
        )
      }
    } catch (cause) {
      throw storageFailure(`${this.#path} cannot be written`, cause)
    }
  }

  truncate(length: number): void {
    try {
      ftruncateSync(this.#descriptor, length)
    } catch (cause) {
      throw storageFailure(`${this.#path} cannot be cut`, cause)
    }
  }

  /** What was written before the call is on disk when it resolves. */
  sync(): Promise<void> {
    const barrier = this.#barriers.then(async () => {
      try {
        await datasync(this.#descriptor)
      } catch (cause) {
        throw storageFailure(`${this.#path} cannot be synced`, cause)
      }
    })
    this.#barriers = barrier
    return barrier
  }

  async close(): Promise<void> {
    await this.#barriers.catch(() => undefined)
    closeSync(this.#descriptor)
    // The number may soon belong to another file: a late write must fail, not reach it.
    this.#descriptor = CLOSED
  }
}
