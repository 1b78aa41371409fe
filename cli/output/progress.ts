import cliProgress from 'cli-progress'
import { formatBytes, formatDuration } from './format.ts'
import type { Output } from './output.ts'
import { printable } from './printable.ts'

/** Told of every chunk that has been read or written. */
export interface Progress {
  readonly advance: (bytes: number) => void
  readonly stop: () => void
}

const SILENT: Progress = { advance: () => undefined, stop: () => undefined }
/** What is over sooner needs no bar. */
const SHOW_AFTER_MS = 1_000

/**
 * Bytes, rate and time left on a terminal; nothing elsewhere.
 *
 * @param totalBytes 0 when nobody knows
 */
export function startProgress(output: Output, label: string, totalBytes: number): Progress {
  if (!output.isLive) return SILENT
  const startedMs = performance.now()
  let done = 0
  let bar: cliProgress.SingleBar | undefined
  return {
    advance(bytes) {
      done += bytes
      const elapsedMs = performance.now() - startedMs
      if (elapsedMs < SHOW_AFTER_MS) return
      bar ??= startBar(printable(label), Math.max(totalBytes, done))
      bar.update(done, amounts(done, totalBytes, elapsedMs))
    },
    stop: () => bar?.stop(),
  }
}

function startBar(label: string, total: number): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {amount} {rate} {left}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      barsize: 24,
      fps: 5,
    },
    cliProgress.Presets.shades_classic,
  )
  bar.start(total, 0, { amount: '', rate: '', left: '' })
  return bar
}

function amounts(done: number, total: number, elapsedMs: number) {
  const perMs = done / elapsedMs
  return {
    amount: total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : formatBytes(done),
    rate: `${formatBytes(perMs * 1_000)}/s`,
    left: total > done && perMs > 0 ? `${formatDuration((total - done) / perMs)} left` : '',
  }
}
