import { isAbsolute } from 'node:path'
import { printable } from '../output/printable.ts'

/**
 * Paths as the kernel has them are bytes. Inside capture they are strings with one character for each
 * byte, so that two names that differ in bytes differ here, whether they are UTF-8 or not.
 */
export type BytePath = string & { readonly bytePath: true }

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function bytePath(text: string): BytePath {
  return Buffer.from(text, 'utf8').toString('latin1') as BytePath
}

export function bytePathOf(bytes: Uint8Array): BytePath {
  return Buffer.from(bytes).toString('latin1') as BytePath
}

/** For the file system. */
export function toBuffer(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1')
}

/** undefined where the bytes are not UTF-8. */
export function toText(path: BytePath): string | undefined {
  try {
    return DECODER.decode(toBuffer(path))
  } catch {
    return undefined
  }
}

/** For people and drafts: bytes that are not UTF-8 as `\xff`, what cannot be seen as `\u{…}`. */
export function shownBytes(path: BytePath): string {
  const text = toText(path)
  if (text !== undefined) return printable(text)
  return path.replace(
    /[^\x20-\x7e]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** Whether a draft can say the name as it is. */
export function isPlain(path: BytePath): boolean {
  const text = toText(path)
  return text !== undefined && printable(text) === text
}

/** Absolute, without `.` and `..`; a path that is absolute already ignores the folder. */
export function resolveBytes(folder: BytePath, path: string): BytePath {
  const parts: string[] = []
  for (const part of (isAbsolute(path) ? path : `${folder}/${path}`).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `/${parts.join('/')}` as BytePath
}

/** Whether a path is the folder or below it. Both absolute. */
export function isInside(path: BytePath, folder: BytePath): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}
