/** Whether the operating system failed in this particular way (`ENOENT`, `ENOSPC`, …). */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Whether a call to the operating system failed, in whatever way. */
export function isWorldTrouble(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && typeof error.syscall === 'string'
}

/** Out of space, or of the quota of whoever runs the node. */
export function isDiskFull(error: unknown): boolean {
  return isSystemError(error, 'ENOSPC') || isSystemError(error, 'EDQUOT')
}
