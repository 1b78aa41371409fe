import { spawn } from 'node:child_process'
import { createHash, type Hash } from 'node:crypto'
import { join } from 'node:path'
import { readUpTo } from '../../read-input.ts'
import type { CapturedCode } from '../capture.ts'
import { ownNames, withoutOwnNames } from '../redaction/own-names.ts'
import { isSecretPath } from '../redaction/secret-paths.ts'
import { redactText } from '../redaction/secret-text.ts'
import { runTool } from './run-tool.ts'

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/
const DIFF_MS_MAX = 20_000
const DIFF_BYTES_MAX = 536_870_912
const UNTRACKED_FILES_MAX = 2_000
const UNTRACKED_FILE_BYTES_MAX = 16_777_216
const UNTRACKED_BYTES_MAX = 134_217_728
const EXCLUDED_MAX = 500

export interface CodeFacts {
  readonly code?: CapturedCode
  readonly redacted: readonly string[]
  readonly notes: readonly string[]
}

interface CodeOptions {
  /** Absolute path. */
  readonly project: string
  /** Absolute paths of what the command wrote: results are no change of the code. */
  readonly written: readonly string[]
  readonly signal: AbortSignal
}

/** Nothing that a repository's own configuration names may run. */
const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']

/** Which code was there, by git. Without git, a repository or a commit there is none. */
export async function readCode(options: CodeOptions): Promise<CodeFacts> {
  const { project, signal } = options
  const git = (...args: string[]) => runTool('git', [...SAFE, ...args], { cwd: project, signal })
  const commit = (await git('rev-parse', '--verify', '-q', 'HEAD'))?.trim()
  if (commit === undefined || !COMMIT.test(commit)) return { redacted: [], notes: [] }
  const branch = (await git('symbolic-ref', '--short', '-q', 'HEAD'))?.trim()
  const given = await remoteOf(git)
  const remote = given === undefined ? undefined : redactText(given)
  const dirty = await dirtyDigest(git, options)
  const names = ownNames()
  return {
    code: {
      commit,
      ...(branch ? { branch: withoutOwnNames(redactText(branch).text, names) } : {}),
      ...(remote ? { remote: withoutOwnNames(remote.text, names) } : {}),
      ...(dirty.digest === undefined ? {} : { dirty: dirty.digest }),
    },
    redacted: [
      ...(remote === undefined || remote.found.length === 0
        ? []
        : ['credentials in the git remote']),
      ...dirty.redacted,
    ],
    notes: dirty.notes,
  }
}

type Git = (...args: string[]) => Promise<string | undefined>

async function remoteOf(git: Git): Promise<string | undefined> {
  const names = (await git('remote'))?.split('\n').filter((name) => name !== '') ?? []
  const name = names.includes('origin') ? 'origin' : names[0]
  if (name === undefined) return undefined
  // The name of a remote may not pass for an option.
  const url = (await git('config', '--get', `remote.${name}.url`))?.trim()
  return url === '' ? undefined : url
}

interface Dirt {
  readonly digest?: string
  readonly redacted: readonly string[]
  readonly notes: readonly string[]
}

/** SHA-256 over `git diff HEAD` and, sorted, the names and digests of the untracked, not ignored files. */
async function dirtyDigest(git: Git, options: CodeOptions): Promise<Dirt> {
  const changed = names(
    await git('diff', 'HEAD', '--relative', '--name-only', '-z', '--no-ext-diff'),
  )
  const untracked = names(await git('ls-files', '--others', '--exclude-standard', '-z'))
  const own = new Set(options.written)
  const isOwn = (name: string) =>
    own.has(join(options.project, name)) || name.endsWith('.draft.yaml')
  const secret = [...changed, ...untracked].filter(isSecretPath)
  const redacted = secret.map((name) => `file ${name}`)
  const excluded = changed.filter((name) => isSecretPath(name) || isOwn(name))
  const news = untracked.filter((name) => !isSecretPath(name) && !isOwn(name)).sort(byCodeUnit)
  if (changed.length === excluded.length && news.length === 0) return { redacted, notes: [] }
  if (excluded.length > EXCLUDED_MAX) {
    return { redacted, notes: ['too many changed files to take a digest of the difference'] }
  }
  const hash = createHash('sha256')
  if (!(await hashDiff(hash, excluded, options))) {
    return { redacted, notes: ['the difference to the commit is too large to be hashed'] }
  }
  const notes = await hashUntracked(hash, news, options.project)
  return { digest: hash.digest('hex'), redacted, notes }
}

function names(list: string | undefined): readonly string[] {
  return list?.split('\0').filter((name) => name !== '') ?? []
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** @returns false when git fails, takes too long or says too much */
function hashDiff(
  hash: Hash,
  excluded: readonly string[],
  { project, signal }: CodeOptions,
): Promise<boolean> {
  const paths = excluded.map((name) => `:(exclude,literal)${name}`)
  const args = ['diff', 'HEAD', '--relative', '--binary', '--no-ext-diff', '--no-textconv']
  return new Promise((resolve) => {
    const child = spawn('git', [...SAFE, ...args, '--', '.', ...paths], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: DIFF_MS_MAX,
      killSignal: 'SIGKILL',
      signal,
    })
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > DIFF_BYTES_MAX) child.kill('SIGKILL')
      else hash.update(chunk)
    })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0 && bytes <= DIFF_BYTES_MAX))
  })
}

/** @returns what was left out, a sentence each */
async function hashUntracked(
  hash: Hash,
  files: readonly string[],
  project: string,
): Promise<readonly string[]> {
  let bytes = 0
  let skipped = Math.max(0, files.length - UNTRACKED_FILES_MAX)
  for (const name of files.slice(0, UNTRACKED_FILES_MAX)) {
    const content = await readUpTo(join(project, name), UNTRACKED_FILE_BYTES_MAX + 1).catch(
      () => undefined,
    )
    bytes += content?.length ?? 0
    const fits = content !== undefined && content.length <= UNTRACKED_FILE_BYTES_MAX
    if (!fits || bytes > UNTRACKED_BYTES_MAX) {
      skipped++
      hash.update(`\0${name}\0`)
      continue
    }
    const digest = createHash('sha256').update(content).digest('hex')
    hash.update(`\0${name}\0${digest}`)
  }
  return skipped === 0
    ? []
    : [`${skipped} untracked files are too many or too large for the digest of the difference`]
}
