import type { BytePath } from './byte-path.ts'
import type { FileLedger } from './files/file-ledger.ts'
import type { HashQueue } from './files/hash-queue.ts'
import type { Programs } from './run/programs.ts'
import type { Program } from './run/resolve-program.ts'
import type { Watch } from './run/watch.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

export interface CaptureRunOptions {
  /** At least the command's name. */
  readonly argv: readonly string[]
  readonly name: string
  /** Absolute working folder of the command. */
  readonly folder: string
  /** Absolute; the folder is in it. */
  readonly project: string
  /** Files and folders that the person named, relative to the folder or absolute. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly usesStrace: boolean
  readonly usesPython: boolean
  readonly environment: NodeJS.ProcessEnv
  /** Aborts when the command has ended and the person will not wait for digests. */
  readonly signal: AbortSignal
}

/** All that a run needs, from its beginning to its end. */
export interface PreparedRun {
  readonly options: CaptureRunOptions
  readonly program: Program
  readonly project: BytePath
  readonly folder: BytePath
  readonly before: Snapshot
  readonly ledger: FileLedger
  readonly queue: HashQueue
  readonly programs: Programs
  readonly watch: Watch
}
