import { ArtefactError } from './artefact-error.ts'

/** How long an attempt may see nothing arrive. Blocks that come later still count for the next one. */
const ATTEMPT_IDLE_MS = 8_000
/** Attempts in a row without a single block. */
const IDLE_ATTEMPTS_MAX = 3

export interface AttemptOptions {
  /** What is fetched, for the error. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
  readonly idleMs?: number | undefined
}

/** One attempt: stops when `signal` does; calls `progressed` for each block that arrives. */
export type Attempt<T> = (signal: AbortSignal, progressed: () => void) => Promise<T>

/**
 * Asks again as long as blocks arrive. A want that a member could not answer, or whose answer was
 * lost, is forgotten by the other side, and nobody says so: only asking anew helps.
 *
 * @throws ArtefactError artefact-unavailable when several attempts in a row brought nothing
 */
export async function attempt<T>(run: Attempt<T>, options: AttemptOptions): Promise<T> {
  const idleMs = options.idleMs ?? ATTEMPT_IDLE_MS
  for (let idle = 0; idle < IDLE_ATTEMPTS_MAX; idle++) {
    const watch = watchIdle(idleMs)
    const signal = AbortSignal.any([watch.signal, ...(options.signal ? [options.signal] : [])])
    try {
      return await run(signal, watch.progressed)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!watch.signal.aborted) throw error
      if (watch.hasProgressed()) idle = -1
    } finally {
      watch.stop()
    }
  }
  const seconds = Math.round((IDLE_ATTEMPTS_MAX * idleMs) / 1_000)
  const message = `no connected member sent ${options.what} within ${seconds} seconds`
  throw new ArtefactError('artefact-unavailable', message)
}

function watchIdle(idleMs: number) {
  const controller = new AbortController()
  let progress = false
  let timer: NodeJS.Timeout
  const rearm = () => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.abort(), idleMs)
  }
  timer = setTimeout(() => controller.abort(), idleMs)
  return {
    signal: controller.signal,
    progressed: () => {
      progress = true
      rearm()
    },
    hasProgressed: () => progress,
    stop: () => clearTimeout(timer),
  }
}
