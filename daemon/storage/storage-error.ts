import { isDiskFull } from '../system-error.ts'

export type StorageCode =
  | 'storage-locked'
  | 'storage-damaged'
  | 'storage-version'
  | 'storage-foreign'
  | 'storage-failed'
  | 'disk-full'
  | 'home-in-use'
  | 'key-used-elsewhere'

/** The disk failed, or holds something else than this node wrote. Never retried (consensus rule W7). */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageCode

  constructor(code: StorageCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** How LevelDB reports ENOSPC: it has one code for all that the operating system says. */
const NO_SPACE = 'No space left on device'

/** How it reports a file that is not as it wrote it. */
const DAMAGED = 'Corruption:'

/** Names what was being done when the operating system failed. */
export function storageFailure(doing: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  if (isDiskFull(cause) || detail.includes(NO_SPACE)) {
    return new StorageError(
      'disk-full',
      `${doing}: the disk is full: free some space and start the node again`,
      { cause },
    )
  }
  if (detail.includes(DAMAGED)) {
    const remedy =
      'stop the node, move node/data away and start again: the ledger comes from the others'
    return new StorageError('storage-damaged', `${doing}: ${detail}: ${remedy}`, { cause })
  }
  return new StorageError('storage-failed', `${doing}: ${detail}`, { cause })
}
