import { systemCode } from './cli-error.ts'
import { EXIT } from './exit-codes.ts'
import { runProgram } from './run-program.ts'

/** Ctrl-C once stops what runs; a second time, it ends the process. */
function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    controller.abort()
  })
  process.on('SIGTERM', () => controller.abort())
  return controller.signal
}

/** A reader that has seen enough (`| head`) is no failure of ours. */
function ignoreClosedPipes(): void {
  process.stdout.on('error', (error) => {
    if (systemCode(error) === 'EPIPE') process.exit(EXIT.done)
    throw error
  })
}

ignoreClosedPipes()
const { stdout, stderr, env } = process
process.exitCode = await runProgram(process.argv.slice(2), {
  stdout,
  stderr,
  environment: env,
  signal: abortOnInterrupt(),
})
