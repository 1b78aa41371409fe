import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { HASH_CONCURRENT } from '../bounds.ts'
import { type BytePath, bytePath, isInside, isPlain, shownBytes, toText } from '../byte-path.ts'
import type { CapturedFile, FileRole } from '../capture.ts'
import { ownNames, shownPath } from '../redaction/own-names.ts'
import { isSecretPath } from '../redaction/redact.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { FileLedger } from './file-ledger.ts'
import { sightOf } from './hash-sight.ts'
import { mayBeData } from './outside.ts'
import { realPath } from './places.ts'
import { type Remains, rolesOf } from './roles.ts'
import { lookAt, oddKind, stampOf } from './stamp.ts'
import type { Sight, TrackedFile } from './tracked-file.ts'

interface SettleOptions {
  readonly ledger: FileLedger
  /** Absolute, without links. */
  readonly project: BytePath
  readonly before: Snapshot
  /** Aborts when the person will not wait for digests any more. */
  readonly signal: AbortSignal
}

export interface SettledFiles {
  /** Sorted by path. */
  readonly files: readonly CapturedFile[]
  readonly environment: { readonly files: number; readonly digest: string }
  readonly redacted: readonly string[]
  /** For the notes, each with the names it is about. */
  readonly remarks: ReadonlyMap<string, readonly string[]>
}

/** What all files were to the command, with their digests at its end. Never throws. */
export async function settleFiles(options: SettleOptions): Promise<SettledFiles> {
  const settling = new Settling(options)
  await settling.run()
  return settling.result()
}

const OUTSIDE =
  'was read outside the project, and counts as its environment: if it is data, name it with --input'

/** Folders outside the project whose files are nobody's results. */
const SCRATCH = [tmpdir(), '/tmp', '/var/tmp', '/run', '/var/run'].map((folder) =>
  realPath(bytePath(folder)),
)

class Settling {
  readonly #options: SettleOptions
  readonly #names = ownNames()
  readonly #files: CapturedFile[] = []
  readonly #redacted = new Set<string>()
  readonly #remarks = new Map<string, string[]>()
  readonly #project: string

  constructor(options: SettleOptions) {
    this.#options = options
    this.#project = toText(options.project) ?? options.project
  }

  async run(): Promise<void> {
    const { ledger } = this.#options
    const results = [...ledger.outside].filter(([key, file]) => isResult(key, file))
    const all = [...ledger.files, ...results]
    const remains = new Map(all.map(([key, file]) => [key, this.#remainsOf(key, file)]))
    const lastResultAt = all.reduce(
      (last, [key, file]) =>
        remains.get(key) === 'changed' ? Math.max(last, file.writtenAt) : last,
      0,
    )
    const work = all[Symbol.iterator]()
    const worker = async () => {
      for (const [key, file] of work) {
        const roles = rolesOf(file, remains.get(key) ?? 'gone', lastResultAt)
        if (roles.length > 0) await this.#settle(key, file, roles)
      }
    }
    await Promise.all(Array.from({ length: HASH_CONCURRENT }, worker))
  }

  result(): SettledFiles {
    const environment = this.#environment()
    const files = this.#files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    return { files, environment, redacted: [...this.#redacted], remarks: this.#remarks }
  }

  #remainsOf(key: BytePath, file: TrackedFile): Remains {
    const stat = lookAt(file.real ?? key)
    if (stat === undefined) return 'gone'
    const { before } = this.#options
    return before.stamps.get(key) === stampOf(stat) ? 'unchanged' : 'changed'
  }

  async #settle(key: BytePath, file: TrackedFile, roles: readonly FileRole[]): Promise<void> {
    const path = this.#shown(key)
    if (isSecretPath(toText(key) ?? path)) {
      this.#redacted.add(`file ${path}`)
      return
    }
    const real = file.real ?? realPath(key)
    const stat = lookAt(real, false)
    if (stat?.isDirectory()) return
    if (!isPlain(key)) this.#remark('has a name that is shown escaped', path)
    const { how } = file
    const odd = stat && oddKind(stat)
    if (odd !== undefined) {
      this.#remark('is no regular file, and was not hashed', path)
      this.#files.push({ path, role: 'intermediate', how, unhashed: `it is ${odd}` })
      return
    }
    for (const role of roles) {
      if (role === 'input') this.#files.push(await this.#input(path, key, file))
      else this.#files.push({ path, role, how, ...contentOf(await this.#sight(real)) })
    }
  }

  async #input(path: string, key: BytePath, file: TrackedFile): Promise<CapturedFile> {
    const { how, sight } = file
    const base = { path, role: 'input', how } as const
    const real = file.real ?? realPath(key)
    const stat = lookAt(real, false)
    const before = this.#options.before.stamps.get(key)
    if (sight?.hashed === undefined) {
      if (stat === undefined) return this.#deleted({ ...base, ...contentOf(sight ?? GONE) })
      if (before === undefined ? file.writtenAt > 0 : before !== stampOf(stat)) return tooLate(base)
      if (before === undefined) this.#remark('was hashed at the end, not at first sight', path)
      return { ...base, ...contentOf(await this.#sight(real)) }
    }
    // What was hashed was not what had been read any more.
    if (before !== undefined && before !== sight.stamp) return tooLate(base)
    const content = contentOf(sight)
    if (stat === undefined) return this.#deleted({ ...base, ...content })
    if (stampOf(stat) === sight.stamp) return { ...base, ...content }
    const now = (await this.#sight(real)).hashed?.sha256
    if (now === undefined || now === sight.hashed.sha256) return { ...base, ...content }
    this.#remark('changed while the command ran', path)
    return { ...base, ...content, changedTo: now }
  }

  #deleted(file: CapturedFile): CapturedFile {
    this.#remark('was read, and is gone now', file.path)
    return file
  }

  #sight(real: BytePath): Promise<Sight> {
    const { signal } = this.#options
    return sightOf(real, { signal, bytesMax: Number.MAX_SAFE_INTEGER })
  }

  #shown(key: BytePath): string {
    const { project } = this.#options
    if (isInside(key, project) && key !== project) {
      return shownBytes(key.slice(project === '/' ? 1 : project.length + 1) as BytePath)
    }
    return shownPath(shownBytes(key), this.#project, this.#names)
  }

  #environment(): SettledFiles['environment'] {
    const hash = createHash('sha256')
    const lines: string[] = []
    for (const [key, { readsOriginal, real, sight }] of this.#options.ledger.outside) {
      if (!readsOriginal) continue
      const shown = this.#shown(key)
      const stat = lookAt(real ?? key)
      if (stat !== undefined && !stat.isFile()) continue
      if (isSecretPath(toText(key) ?? shown)) {
        this.#redacted.add(`file ${shown}`)
        continue
      }
      if (stat !== undefined && mayBeData(key, stat.mode)) this.#remark(OUTSIDE, shown)
      const content = sight?.hashed?.sha256 ?? `${stat?.size ?? 0} bytes`
      lines.push(`${JSON.stringify([shown, content])}\n`)
    }
    for (const line of lines.sort((a, b) => (a < b ? -1 : 1))) hash.update(line, 'utf8')
    return { files: lines.length, digest: hash.digest('hex') }
  }

  #remark(what: string, path: string): void {
    const paths = this.#remarks.get(what)
    if (paths === undefined) this.#remarks.set(what, [path])
    else paths.push(path)
  }
}

function tooLate(file: Pick<CapturedFile, 'path' | 'role' | 'how'>): CapturedFile {
  return { ...file, unhashed: 'it changed before it could be hashed' }
}

const GONE: Sight = { unhashed: 'gone before it could be hashed', stamp: '' }

function contentOf({
  hashed,
  unhashed,
}: Sight): Pick<CapturedFile, 'sha256' | 'bytes' | 'unhashed'> {
  if (hashed !== undefined) return { sha256: hashed.sha256, bytes: hashed.bytes }
  return { unhashed: unhashed ?? 'it could not be read' }
}

/** Written outside the project and left there: a result, unless it lies where tools keep their own. */
function isResult(key: BytePath, file: TrackedFile): boolean {
  if (file.writtenAt === 0 || SCRATCH.some((folder) => isInside(key, folder))) return false
  if (/\/(?:\.[^/]+|__pycache__)\//.test(key)) return false
  return lookAt(file.real ?? key, false)?.isFile() === true
}
