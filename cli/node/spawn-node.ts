import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** `.ts` in a clone, `.js` in what was built. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** The daemon beside this command line. */
const DAEMON_MAIN = fileURLToPath(new URL(`../../daemon/main.${EXTENSION}`, import.meta.url))
const END_WITH_PARENT = new URL(`./end-with-parent.${EXTENSION}`, import.meta.url).href

/**
 * Starts the node of a home as a process of its own, with the runtime that runs this one.
 *
 * @param output a file descriptor, or `inherit`
 * @param more arguments of daemon/main.ts beside --home
 */
export function spawnNode(
  home: string,
  output: number | 'inherit',
  more: readonly string[] = [],
): ChildProcess {
  const node = ['--import', END_WITH_PARENT, DAEMON_MAIN, '--home', home]
  return spawn(process.execPath, [...node, ...more], {
    stdio: ['ignore', output, output, 'ipc'],
    // A process group of its own, so that Ctrl-C on the terminal reaches it once: from here.
    detached: true,
  })
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
}

/** Exit code of a child, as a shell gives it: 128 and the number for one that a signal ended. */
export function exitCodeOfChild(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0))
}
