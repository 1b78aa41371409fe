import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Digest } from '../../protocol/digest.ts'
import { cliError, systemCode } from '../cli-error.ts'

const READ_BYTES = 1_048_576
/**
 * Kernels stamp changes with the time of the last tick (up to 10 ms), so a change within the tick of
 * the first look leaves no trace. A file that is younger than this is left to age first.
 */
const TICK_MS = 20

export interface HashedFile {
  readonly sha256: Digest
  readonly bytes: number
}

interface HashOptions {
  /** Told the length of every chunk after it was hashed; awaited. */
  readonly onChunk?: (bytes: number) => void | Promise<void>
  readonly signal?: AbortSignal
}

/**
 * SHA-256 of one regular file, streamed: memory stays the same whatever its size.
 *
 * @param path of the file itself, not of a link to it
 * @throws CliError `changed-while-hashing`, `not-a-file`, `path-missing` or `path-unreadable`
 */
export async function hashFile(path: string, options: HashOptions = {}): Promise<HashedFile> {
  const file = await openRegularFile(path)
  try {
    const before = await settledStat(file, path)
    const { sha256, bytes } = await digestOfHandle(file, Number(before.size), options)
    const after = await file.stat({ bigint: true })
    const named = await lstat(path, { bigint: true }).catch(() => undefined)
    if (!isSame(before, after) || !isSame(before, named) || BigInt(bytes) !== before.size) {
      throw changed(path)
    }
    return { sha256, bytes }
  } catch (error) {
    throw readError(path, error)
  } finally {
    await file.close()
  }
}

/** @throws CliError for what cannot be opened, or is not a regular file (checked after opening, so it cannot be swapped) */
export async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe that took the file's name would wait for ever.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const file = await open(path, flags)
    const isFile = (await file.stat()).isFile()
    if (isFile) return file
    await file.close()
    throw cliError('not-a-file', `${path} is not a regular file`)
  } catch (error) {
    throw readError(path, error)
  }
}

/** Identity and age of a file: what differs when someone wrote to it or put another in its place. */
export function isSame(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return (
    b !== undefined &&
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  )
}

export function changed(path: string): Error {
  return cliError('changed-while-hashing', `${path} changed while it was being hashed`, {
    hint: 'wait until nothing writes to it, and repeat the command',
  })
}

/** What a failed read means to a person. */
export function readError(path: string, error: unknown): unknown {
  const code = systemCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return cliError('path-missing', `there is no ${path}`, { cause: error })
  }
  if (code === 'ELOOP') return cliError('link-loop', `${path} is a link that leads nowhere`)
  if (code === 'ENXIO') return cliError('not-a-file', `${path} is not a regular file`)
  if (code === undefined) return error
  return cliError('path-unreadable', `cannot read ${path}: ${code}`, { cause: error })
}

async function settledStat(file: FileHandle, path: string): Promise<BigIntStats> {
  const first = await file.stat({ bigint: true })
  const ageMs = Date.now() - Number(first.ctimeMs)
  if (ageMs < 0 || ageMs >= TICK_MS) return first
  await sleep(TICK_MS - ageMs)
  const settled = await file.stat({ bigint: true })
  if (!isSame(first, settled)) throw changed(path)
  return settled
}

/** Stops a little beyond the size that the file had: a log that is written to all the time has no end. */
async function digestOfHandle(
  file: FileHandle,
  size: number,
  options: HashOptions,
): Promise<HashedFile> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, size + 1))
  let bytes = 0
  while (bytes <= size) {
    options.signal?.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, buffer.length)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    bytes += bytesRead
    await options.onChunk?.(bytesRead)
  }
  return { sha256: hash.digest('hex') as Digest, bytes }
}
