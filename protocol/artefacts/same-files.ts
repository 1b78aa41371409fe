import type { Manifest } from './manifest.ts'

/**
 * Whether two directories hold the same files, each as often, under whatever names. Empty files are like
 * all other empty files, so nothing but these proves nothing.
 */
export function haveSameFiles({ files: a }: Manifest, { files: b }: Manifest): boolean {
  if (a.length !== b.length || !a.some(({ bytes }) => bytes > 0)) return false
  const open = new Map<string, number>()
  for (const { sha256 } of a) open.set(sha256, (open.get(sha256) ?? 0) + 1)
  for (const { sha256 } of b) {
    const left = open.get(sha256) ?? 0
    if (left === 0) return false
    open.set(sha256, left - 1)
  }
  return true
}
