import type { How } from '../../../protocol/records/certificates/certificates.ts'
import type { HashedFile } from '../../hashing/hash-file.ts'
import type { BytePath } from '../byte-path.ts'

/** What one file went through. Order is counted in events; 0 is never. */
export interface TrackedFile {
  /** Without links, where that is known. */
  real?: BytePath
  how: How
  /** Something was read that this run had not written. */
  readsOriginal: boolean
  writtenAt: number
  /** Who wrote last. */
  writer: number
  /** When another process read what this run had written. */
  readBackAt: number
  declared?: 'input' | 'output'
  /** What it held when it was first read. */
  sight?: Sight
}

/** The content of a file, or why it is not known, and what the file was then. */
export interface Sight {
  readonly hashed?: HashedFile
  readonly unhashed?: string
  readonly stamp: string
}

export function newTracked(how: How): TrackedFile {
  return { how, readsOriginal: false, writtenAt: 0, writer: 0, readBackAt: 0 }
}
