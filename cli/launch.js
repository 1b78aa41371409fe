import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isClone, pinnedNode } from './install.js'

/** What libp2p and Helia need; an installed package runs on the Node that it was started with. */
const NODE_MIN = [22, 22]
const CANNOT_RUN = 126

/**
 * Runs a script with the right Node, as if it had been started itself: arguments, standard streams,
 * signals and exit code pass through.
 *
 * @param {string} script absolute path
 * @param {readonly string[]} args
 */
export function launch(script, args) {
  const child = spawn(isClone() ? pinnedNode() : ownNode(), [script, ...args], { stdio: 'inherit' })
  forwardSignals(child)
  child.once('error', (error) => {
    process.stderr.write(`pedigree: cannot run: ${error.message}\n`)
    process.exit(CANNOT_RUN)
  })
  child.once('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0)))
  })
}

function ownNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) {
    return process.execPath
  }
  const need = NODE_MIN.join('.')
  process.stderr.write(`pedigree: needs Node ${need} or later, this is ${process.version}\n`)
  process.exit(CANNOT_RUN)
}

/** A terminal sends Ctrl-C to the child as well; from elsewhere it comes here only. */
function forwardSignals(child) {
  const isTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true
  for (const signal of ['SIGINT', 'SIGQUIT']) {
    process.on(signal, () => {
      if (!isTerminal) child.kill(signal)
    })
  }
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) {
    process.on(signal, () => child.kill(signal))
  }
}
