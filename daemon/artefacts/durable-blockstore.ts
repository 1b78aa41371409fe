import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FsBlockstore } from 'blockstore-fs'
import { NextToLast } from 'blockstore-fs/sharding'
import type { CID } from 'multiformats/cid'
import { concatBytes } from '../../protocol/bytes.ts'
import { syncFolder } from '../keys/secret-file.ts'
import { isSystemError } from '../system-error.ts'
import { ArtefactError } from './artefact-error.ts'
import { storeTrouble } from './store-trouble.ts'

type BlockContent = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

const TEMPORARY_FOLDER = '.incomplete'

/**
 * Blocks as files, in the layout of blockstore-fs, but synced: a file under its final name is whole
 * and on disk. Its name in the folder is made durable by `syncFolders`, once for many blocks.
 */
export class DurableBlockstore extends FsBlockstore {
  readonly #names = new NextToLast()

  constructor(location: string) {
    super(location)
  }

  /** Also throws away what a crash left half written. */
  override async open(): Promise<void> {
    await super.open()
    await rm(join(this.path, TEMPORARY_FOLDER), { recursive: true, force: true })
    await mkdir(join(this.path, TEMPORARY_FOLDER))
  }

  /**
   * A block that is here already is compared, so that adding a file again mends damaged blocks.
   *
   * @throws ArtefactError disk-full, storage-failed
   */
  override async put(cid: CID, content: BlockContent): Promise<CID> {
    const path = this.#path(cid)
    const bytes = content instanceof Uint8Array ? content : await collect(content)
    try {
      if (!(await holds(path, bytes))) await this.#write(path, bytes)
    } catch (cause) {
      storeTrouble(`block ${cid}`)(cause)
    }
    return cid
  }

  /** One piece for each block: a block is small, and a stream for each costs more than it saves. */
  override async *get(cid: CID): AsyncGenerator<Uint8Array> {
    try {
      yield await readFile(this.#path(cid))
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT')) {
        throw new ArtefactError('unknown-blob', `block ${cid} is not here`, { cause })
      }
      throw new ArtefactError('storage-failed', `block ${cid} cannot be read`, { cause })
    }
  }

  /** As `has`, for those who would do harm if a sick disk were taken for a missing block. */
  async isHere(cid: CID): Promise<boolean> {
    try {
      await stat(this.#path(cid))
      return true
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT')) return false
      throw new ArtefactError('storage-failed', `block ${cid} cannot be read`, { cause })
    }
  }

  /** The folder that holds a block, for `syncFolders`. */
  folderOf(cid: CID): string {
    return dirname(this.#path(cid))
  }

  /** Makes the names of all blocks in these folders durable. */
  async syncFolders(folders: Iterable<string>): Promise<void> {
    await Promise.all([...folders].map(syncFolder))
    await syncFolder(this.path)
  }

  #path(cid: CID): string {
    const { dir, file } = this.#names.encode(cid)
    return join(this.path, dir, file)
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.path, TEMPORARY_FOLDER, randomUUID())
    try {
      await writeSynced(temporary, bytes)
      await takeName(temporary, path)
    } catch (cause) {
      await rm(temporary, { force: true })
      throw cause
    }
  }
}

/** Makes the folder only where it is missing: most blocks find theirs. */
async function takeName(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
    await mkdir(dirname(path), { recursive: true })
    await rename(temporary, path)
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const { size } = await stat(path)
    return size === bytes.length && (await readFile(path)).equals(bytes)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}

async function collect(
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return concatBytes(...parts)
}
