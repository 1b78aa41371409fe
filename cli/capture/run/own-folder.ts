import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonHook } from '../python/hook.ts'

/** What a capture needs on the disk while a command runs; gone afterwards. */
export interface OwnFolder {
  /** Absolute, without links. */
  readonly path: string
  readonly trace: string
  /** The file that PEDIGREE_CAPTURE names. */
  readonly log: string
  readonly hookLog: string
  /** A folder for PYTHONPATH. */
  readonly hook: string
  remove(): Promise<void>
}

const OWNER_ONLY = 0o600

/** In the temporary folder, this user's alone. */
export async function makeOwnFolder(): Promise<OwnFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'pedigree-run-')))
  const own = {
    path,
    trace: join(path, 'trace'),
    log: join(path, 'capture.jsonl'),
    hookLog: join(path, 'python.jsonl'),
    hook: join(path, 'python'),
    remove: () => rm(path, { recursive: true, force: true }),
  }
  await writeFile(own.log, '', { mode: OWNER_ONLY })
  return own
}

export async function installHook(own: OwnFolder): Promise<void> {
  await writeFile(own.hookLog, '', { mode: OWNER_ONLY })
  await mkdir(own.hook)
  await writeFile(join(own.hook, 'sitecustomize.py'), pythonHook(own.hookLog))
}
