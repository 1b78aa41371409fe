import { PROCESSES_MAX } from '../bounds.ts'
import { type BytePath, resolveBytes } from '../byte-path.ts'

/** Working folder; threads share one. */
interface Folder {
  path: BytePath
}

interface Process {
  /** Id of the process that a thread belongs to. */
  readonly group: number
  readonly folder: Folder
}

interface ProcessOptions {
  /** Of the command. */
  readonly folder: BytePath
  /** The working folder of a process that nobody has told of; undefined when it is gone. */
  readonly lookUp: (process: number) => BytePath | undefined
}

/** Which threads make a process, and where each works. */
export class Processes {
  readonly #known = new Map<number, Process>()
  readonly #options: ProcessOptions
  #started = 0

  constructor(options: ProcessOptions) {
    this.#options = options
  }

  /** How many there were; threads do not count. */
  get started(): number {
    return this.#started
  }

  groupOf(id: number): number {
    return this.#of(id).group
  }

  folderOf(id: number): BytePath {
    return this.#of(id).folder.path
  }

  forked(parent: number, child: number, how: { isThread: boolean; sharesFolder: boolean }): void {
    const { group, folder } = this.#of(parent)
    const before = this.#known.get(child)
    if (before === undefined && !how.isThread) this.#started++
    // A child that was seen before its parent's call had ended has counted as a process already.
    if (before !== undefined && how.isThread && before.group === child) this.#started--
    this.#keep(child, {
      group: how.isThread ? group : child,
      folder: how.sharesFolder ? folder : { path: before?.folder.path ?? folder.path },
    })
  }

  moved(id: number, path: string): void {
    const { folder } = this.#of(id)
    folder.path = resolveBytes(folder.path, path)
  }

  ended(id: number): void {
    this.#known.delete(id)
  }

  #of(id: number): Process {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const isFirst = this.#started === 0
    this.#started++
    const path = isFirst ? undefined : this.#options.lookUp(id)
    const process = { group: id, folder: { path: path ?? this.#options.folder } }
    this.#keep(id, process)
    return process
  }

  #keep(id: number, process: Process): void {
    const [oldest] = this.#known.keys()
    if (this.#known.size >= PROCESSES_MAX && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(id, process)
  }
}
