import { readlinkSync } from 'node:fs'
import { type BytePath, bytePathOf, resolveBytes } from '../byte-path.ts'
import type { Named, Observer } from '../files/observer.ts'
import { type GivenPath, parseCall, type TraceEvent } from './parse-line.ts'
import { Processes } from './processes.ts'
import { UnfinishedCalls } from './unfinished.ts'

const PREFIX = /^(\d{1,10}) +/
const ENDED = /^\+\+\+ (?:exited|killed|superseded)/

/** Turns lines of strace into what processes did to which files. Total: a line is used, or it is not. */
export class TraceFollower {
  readonly #observer: Observer
  readonly #unfinished = new UnfinishedCalls()
  readonly #processes: Processes
  #executions = 0

  /** @param folder working folder of the command */
  constructor(folder: BytePath, observer: Observer) {
    this.#observer = observer
    this.#processes = new Processes({ folder, lookUp: workingFolder })
  }

  get processes(): number {
    return this.#processes.started
  }

  /** How many programs could be started, the command's own first. */
  get executions(): number {
    return this.#executions
  }

  /** @param line with one character for each byte, without its line feed */
  line(line: string): void {
    const [prefix, digits] = PREFIX.exec(line) ?? []
    if (prefix === undefined) return
    const id = Number(digits)
    const text = line.slice(prefix.length)
    if (ENDED.test(text)) {
      this.#processes.ended(id)
      this.#unfinished.ended(id)
      return
    }
    const call = this.#unfinished.whole(id, text)
    const event = call === undefined ? undefined : parseCall(call)
    if (event !== undefined) this.#happened(id, event)
  }

  #happened(id: number, event: TraceEvent): void {
    const process = this.#processes.groupOf(id)
    switch (event.kind) {
      case 'open':
        return this.#opened(id, event)
      case 'rename':
        return this.#observer.moved(this.#named(id, event.from), this.#named(id, event.to), process)
      case 'link':
        return this.#observer.linked(
          this.#named(id, event.from),
          this.#named(id, event.to),
          process,
        )
      case 'unlink':
        return this.#observer.removed(this.#named(id, event.given), process)
      case 'truncate':
        return this.#truncated(this.#named(id, event.given), process)
      case 'execve':
        this.#executions++
        return this.#executed(this.#named(id, event.given), event.argv, process)
      case 'chdir':
        return this.#processes.moved(id, event.given.path)
      case 'fork':
        return this.#processes.forked(id, event.child, event)
      case 'connect':
        return this.#observer.connected(event.address)
      case 'bind':
        return this.#observer.bound(event.address)
    }
  }

  #opened(id: number, event: TraceEvent & { readonly kind: 'open' }): void {
    const process = this.#processes.groupOf(id)
    const { reads, writes, truncates, creates, real, isDeleted } = event
    // A file that had no name any more when it was opened can be read by nobody else.
    if (isDeleted) return
    const named = this.#named(id, event.given)
    const opening = { process, reads, writes, truncates, creates }
    this.#observer.opened({ ...named, ...opening, ...(real && { real: real as BytePath }) })
  }

  #truncated(named: Named, process: number): void {
    const flags = { reads: false, writes: true, truncates: false, creates: false }
    this.#observer.opened({ ...named, process, ...flags })
  }

  /** A program is a file that is read. */
  #executed(named: Named, argv: readonly string[], process: number): void {
    const flags = { reads: true, writes: false, truncates: false, creates: false }
    this.#observer.executed(named.path, argv)
    this.#observer.opened({ ...named, process, ...flags })
  }

  #named(id: number, { path, folder }: GivenPath): Named {
    return { path: resolveBytes((folder as BytePath) ?? this.#processes.folderOf(id), path) }
  }
}

function workingFolder(process: number): BytePath | undefined {
  try {
    return bytePathOf(readlinkSync(`/proc/${process}/cwd`, { encoding: 'buffer' }))
  } catch {
    return undefined
  }
}
