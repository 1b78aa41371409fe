import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { cliError } from './cli-error.ts'
import type { Output } from './output/output.ts'

/** What every command is given. */
export interface Context {
  /** Absolute path of the home; it may not exist. */
  readonly home: string
  readonly output: Output
  /** Aborts on the first Ctrl-C. */
  readonly signal: AbortSignal
}

/** `--home`, else PEDIGREE_HOME, else ~/.pedigree: the same place whatever the working directory. */
export function homePath(option: string | undefined, environment: NodeJS.ProcessEnv): string {
  if (option === '') throw cliError('usage', '--home is empty')
  return resolve(option ?? (environment.PEDIGREE_HOME || join(homedir(), '.pedigree')))
}
