import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME_FILES } from '../../protocol/home.ts'

/** The process that runs the node of a home, as its lock says. @throws Error when none runs */
export async function nodePid(home: string): Promise<number> {
  const [pid] = (await readFile(join(home, HOME_FILES.lock), 'utf8')).split(' ')
  if (!Number.isInteger(Number(pid))) throw new Error(`the lock of ${home} names no process`)
  return Number(pid)
}
