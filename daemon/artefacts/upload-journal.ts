import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { isSystemError } from '../system-error.ts'
import { parseCid } from './cids.ts'

const FILE = '.uploads'
const WRITTEN = '+'
const KEPT = '-'

/**
 * Remembers beside the blocks which of them belong to uploads that have not ended, so that a crash
 * leaves none behind for good. One line for each block: `+` before it is written, `-` once something
 * whole contains it; the last line about a block counts. What is kept is synced, what is written need
 * not be: a line that a power cut took costs space and no content. Emptied whenever nothing is under
 * way, so it holds 61 bytes for each block that was new meanwhile.
 */
export class UploadJournal {
  readonly #file: FileHandle
  /** Blocks that the next write announces. */
  #waiting: CID[] = []
  #next: Promise<void> | undefined
  #writing: Promise<void> = Promise.resolve()

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** @returns the journal, empty, and the blocks that a crash left behind, not removed yet */
  static async open(folder: string): Promise<{ journal: UploadJournal; left: readonly CID[] }> {
    const path = join(folder, FILE)
    const left = unfinished(await readIfThere(path))
    return { journal: new UploadJournal(await open(path, 'a', 0o600)), left }
  }

  /** Blocks that come while lines are being written go together in the next write. */
  written(cid: CID): Promise<void> {
    this.#waiting.push(cid)
    this.#next ??= this.#writing.then(() => this.#writeWaiting())
    return this.#next
  }

  async kept(cids: readonly CID[]): Promise<void> {
    await this.#file.appendFile(lines(KEPT, cids))
    await this.#file.datasync()
  }

  async clear(): Promise<void> {
    await this.#file.truncate(0)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #writeWaiting(): Promise<void> {
    const cids = this.#waiting.splice(0)
    this.#next = undefined
    const write = this.#file.appendFile(lines(WRITTEN, cids))
    this.#writing = write.catch(() => undefined)
    await write
  }
}

/** Begins with a line feed too: half a line that a full disk left behind spoils nothing after it. */
function lines(mark: string, cids: readonly CID[]): string {
  return cids.map((cid) => `\n${mark}${cid}\n`).join('')
}

function unfinished(text: string): readonly CID[] {
  const left = new Map<string, CID>()
  for (const line of text.split('\n')) {
    const cid = cidIn(line.slice(1))
    if (cid === undefined) continue
    if (line.startsWith(WRITTEN)) left.set(cid.toString(), cid)
    else if (line.startsWith(KEPT)) left.delete(cid.toString())
  }
  return [...left.values()]
}

function cidIn(text: string): CID | undefined {
  try {
    return parseCid(text)
  } catch {
    return undefined
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return ''
    throw error
  }
}
