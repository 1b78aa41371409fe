import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SECRET_FILE_MODE } from '../../protocol/home.ts'
import { isSystemError } from '../system-error.ts'

export type SecretFileCode = 'secret-missing' | 'secret-permissions' | 'secret-unreadable'

/** A secret on disk that cannot, or must not, be used. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError'
  readonly code: SecretFileCode

  constructor(code: SecretFileCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Bits that let anyone but the owner read, change or run it. */
const OTHERS_MODE = 0o077

/**
 * Reads a secret that only its owner can read. The mode is taken from the opened file, not from the
 * path, so that nothing can be swapped in between; a symbolic link is refused.
 *
 * @param bytesMax a longer file is refused before it is read
 * @throws SecretFileError
 */
export async function readSecretFile(path: string, bytesMax: number): Promise<Uint8Array> {
  const file = await openSecret(path)
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > bytesMax) {
      throw new SecretFileError(
        'secret-unreadable',
        `${path} is not a file of at most ${bytesMax} bytes`,
      )
    }
    if ((stat.mode & OTHERS_MODE) !== 0) throw tooOpen(path, stat.mode)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** Writes a secret: whole or not at all, and on disk when it returns. Replaces an earlier one. */
export async function writeSecretFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeSynced(temporary, content)
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
  await syncFolder(dirname(path))
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', SECRET_FILE_MODE)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes names in a folder durable: a rename alone is not, on most file systems. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function openSecret(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) {
      throw new SecretFileError(
        'secret-missing',
        `${path} does not exist: restore it from a backup`,
        { cause },
      )
    }
    throw new SecretFileError('secret-unreadable', `${path} cannot be read`, { cause })
  }
}

function tooOpen(path: string, mode: number): SecretFileError {
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  const remedy = `others may have read it; make it private (chmod 600 ${path}), or make a new key`
  return new SecretFileError('secret-permissions', `${path} has mode ${shown}: ${remedy}`)
}
