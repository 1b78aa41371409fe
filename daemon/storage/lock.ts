import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { isSystemError } from '../system-error.ts'
import { StorageError, storageFailure } from './storage-error.ts'

/** Who holds a home. */
interface Owner {
  readonly pid: number
  /** Start of the process in clock ticks since boot, where the system tells: process ids are used again. */
  readonly started: string
}

const ATTEMPTS_MAX = 3

/**
 * Takes a home for this process. Two that take over a dead owner's lock at the same moment are told
 * apart later by LevelDB's own lock, which the operating system holds.
 *
 * @param path of the lock file
 * @returns gives it back
 * @throws StorageError home-in-use, naming the process
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own = `${process.pid} ${await startOf(process.pid)}\n`
  const draft = `${path}.${process.pid}`
  try {
    await writeFile(draft, own, { mode: 0o600 })
    await linkLock(draft, path)
  } catch (cause) {
    throw storageFailure(`${path} cannot be taken`, cause)
  } finally {
    await rm(draft, { force: true })
  }
  return async () => {
    if ((await readFile(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true })
  }
}

/** A link appears whole or not at all, and never over another. */
async function linkLock(draft: string, path: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    try {
      return await link(draft, path)
    } catch (cause) {
      if (!isSystemError(cause, 'EEXIST')) throw cause
    }
    const owner = await readOwner(path)
    if (owner !== undefined && (await isRunning(owner))) {
      throw new StorageError(
        'home-in-use',
        `process ${owner.pid} runs the node of this home (${path})`,
      )
    }
    await rm(path, { force: true })
  }
  throw new StorageError('home-in-use', `another process is taking the home (${path})`)
}

async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [pid, started = ''] = text.trim().split(' ')
  return Number.isInteger(Number(pid)) && Number(pid) > 0
    ? { pid: Number(pid), started }
    : undefined
}

async function isRunning({ pid, started }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (cause) {
    if (!isSystemError(cause, 'EPERM')) return false
  }
  return (await startOf(pid)) === started
}

/** Field 22 of /proc/PID/stat, counted behind the name, which may contain anything; '-' elsewhere. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-'
}
