import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { cliError, systemCode } from '../cli-error.ts'
import { writeError } from './atomic-write.ts'

const ATTEMPTS_MAX = 250
const RETRY_MS = 20

/**
 * Runs `work` while a lock file is held, so that two shells never change one file at once. A lock
 * whose owner is gone is taken over.
 *
 * @throws CliError `home-locked` when another process keeps it for five seconds
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await takeLock(path)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function takeLock(path: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await tryLock(path)) return
    const owner = await ownerOf(path)
    if (owner !== undefined && !isAlive(owner)) await rm(path, { force: true })
    else await sleep(RETRY_MS)
  }
  throw cliError('home-locked', `another command holds ${path}`, {
    hint: `wait for it; if none runs, remove ${path}`,
  })
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(String(process.pid))
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw writeError(path, error)
  }
}

/** Undefined while the owner is still writing its number. */
async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const owner = Number(text)
  return Number.isInteger(owner) && owner > 0 ? owner : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}
