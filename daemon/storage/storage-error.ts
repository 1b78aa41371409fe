export type StorageCode =
  | 'storage-locked'
  | 'storage-damaged'
  | 'storage-version'
  | 'storage-foreign'
  | 'storage-failed'
  | 'home-in-use'

/** The disk failed, or holds something else than this node wrote. Never retried (consensus rule W7). */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageCode

  constructor(code: StorageCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Names what was being done when the operating system failed. */
export function storageFailure(doing: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new StorageError('storage-failed', `${doing}: ${detail}`, { cause })
}
