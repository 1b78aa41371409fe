import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'

/** What a command may be told from outside; all but those that nobody can catch. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const
/** What a terminal sends to all in the foreground by itself. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT'])
const STANDARD_STREAMS = [0, 1, 2]

/**
 * While a command runs, signals are its own: they go through to it, and it decides. A Ctrl-C reaches it
 * once, from the terminal.
 *
 * @param tell passes a signal on
 * @returns gives the signals back to who had them
 */
export function passSignals(tell: (signal: NodeJS.Signals) => void): () => void {
  const given = FORWARDED.map((signal) => {
    const before = process.listeners(signal)
    const forward = () => {
      if (!(FROM_TERMINAL.has(signal) && isInForeground())) tell(signal)
    }
    // Never without a listener: a signal that comes just then would end this process.
    process.on(signal, forward)
    for (const listener of before) process.off(signal, listener)
    return { signal, before, forward }
  })
  return () => {
    for (const { signal, before, forward } of given) {
      for (const listener of before) process.on(signal, listener)
      process.off(signal, forward)
    }
  }
}

/** Whether this process is what its terminal sends Ctrl-C to. */
function isInForeground(): boolean {
  try {
    const text = readFileSync('/proc/self/stat', 'latin1')
    const [, , group, , terminal, foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    return STANDARD_STREAMS.some((stream) => isatty(stream))
  }
}
