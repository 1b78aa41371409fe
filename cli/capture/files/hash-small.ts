import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Digest } from '../../../protocol/digest.ts'
import type { HashedFile } from '../../hashing/hash-file.ts'
import { type BytePath, toBuffer } from '../byte-path.ts'
import { lookAt, stampOf } from './stamp.ts'

/** Larger ones would hold up all else. */
export const SMALL_HASH_BYTES_MAX = 131_072
/** A file that is younger may still change within the same tick of the kernel's clock (hash-file.ts). */
const SETTLED_MS = 20

/**
 * SHA-256 of a small file that has settled, at once: for thousands of them, waiting costs more than
 * reading. Undefined where this is not the way to hash it, for whatever reason.
 *
 * @param path without links
 */
export function hashSmall(path: BytePath): HashedFile | undefined {
  let file: number | undefined
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    file = openSync(toBuffer(path), flags)
    const before = fstatSync(file, { bigint: true })
    const bytes = Number(before.size)
    const isYoung = Date.now() - Number(before.ctimeMs) < SETTLED_MS
    if (!before.isFile() || bytes > SMALL_HASH_BYTES_MAX || isYoung) return undefined
    const content = Buffer.allocUnsafe(bytes + 1)
    if (readSync(file, content, 0, bytes + 1, 0) !== bytes) return undefined
    const after = lookAt(path, false)
    if (after === undefined || stampOf(after) !== stampOf(before)) return undefined
    const hash = createHash('sha256').update(content.subarray(0, bytes))
    return { sha256: hash.digest('hex') as Digest, bytes }
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
