import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Digest } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import { SyncedFile } from './synced-file.ts'

/**
 * A mark beside the consensus key: it has begun to sign. Where the data of a node are lost together
 * with its signing guard, the key is all that is left, and an empty home would look like a new one.
 */
export function isKeyUsed(path: string): boolean {
  return existsSync(path)
}

/** @throws StorageError storage-failed */
export async function markKeyUsed(path: string, chain: Digest): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await SyncedFile.open(path)
  file.write(utf8Encode(`this key signs on the chain ${chain}\n`), 0)
  await file.sync()
  await file.close()
}
