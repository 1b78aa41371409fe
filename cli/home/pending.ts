import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, isDigest } from '../../protocol/digest.ts'
import { HOME_FILES, PENDING_FORMAT, type PendingFile } from '../../protocol/home.ts'
import { systemCode } from '../cli-error.ts'
import { writeAtomically } from './atomic-write.ts'
import { type Home, ownFile } from './home.ts'
import { withFolder } from './own-folder.ts'
import { readJson } from './read-json.ts'

/** Durable before anything is sent, so that a crash can be followed by sending the same bytes. */
export async function savePending(home: Home, pending: PendingFile): Promise<void> {
  const path = await withFolder(pendingPath(home, pending.record))
  await writeAtomically(path, `${JSON.stringify(pending, null, 2)}\n`)
}

export async function forgetPending(home: Home, record: Digest): Promise<void> {
  await rm(pendingPath(home, record), { force: true })
}

export async function readPending(home: Home, record: Digest): Promise<PendingFile | undefined> {
  return readJson<PendingFile>(pendingPath(home, record), PENDING_FORMAT)
}

/** The record that an earlier run of the same command signed, if nobody has seen its end yet. */
export async function pendingWithIntent(
  home: Home,
  chain: Digest,
  intent: string,
): Promise<PendingFile | undefined> {
  for (const record of await pendingRecords(home)) {
    const pending = await readPending(home, record)
    if (pending?.chain === chain && pending.intent === intent) return pending
  }
  return undefined
}

async function pendingRecords(home: Home): Promise<readonly Digest[]> {
  try {
    const names = await readdir(ownFile(home, HOME_FILES.pending))
    return names.map((name) => name.replace(/\.json$/, '')).filter(isDigest)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

function pendingPath(home: Home, record: Digest): string {
  return join(ownFile(home, HOME_FILES.pending), `${record}.json`)
}
