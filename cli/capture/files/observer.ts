import type { BytePath } from '../byte-path.ts'

/** A file as a process named it. */
export interface Named {
  /** Absolute; links may be left in it. */
  readonly path: BytePath
  /** The same file without links, where that is known. */
  readonly real?: BytePath
}

export interface Opening extends Named {
  /** Who: all threads of a process are one. */
  readonly process: number
  readonly reads: boolean
  readonly writes: boolean
  /** Nothing of what was in it before is left. */
  readonly truncates: boolean
  readonly creates: boolean
}

/** What a layer tells of what it sees, in the order in which it happened. */
export interface Observer {
  opened(opening: Opening): void
  removed(file: Named, process: number): void
  moved(from: Named, to: Named, process: number): void
  /** Two names of one file. */
  linked(from: Named, to: Named, process: number): void
  connected(address: string): void
  /** A process took an address for itself, to be reached at. */
  bound(address: string): void
  /** A program was started; of its arguments, as much as could be seen. */
  executed(program: BytePath, argv: readonly string[]): void
}
