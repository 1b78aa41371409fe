import { parseArgs } from 'node:util'
import { planOf } from './faults.ts'
import { runTrial, type TrialReport } from './trial.ts'

const USAGE = `Runs whole networks of the real replica in an invented world.

  npm run simulate -- --seed N        one world: its story and its verdict
  npm run simulate -- --seeds A..B    many worlds: the seeds that fail, and a summary
                      --first         stops at the first that fails
`
const OPTIONS = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  first: { type: 'boolean' },
} as const
const TAIL_LINES = 12

function main(): number {
  const { values } = parseArgs({ options: OPTIONS })
  const range = rangeOf(values.seeds ?? values.seed ?? '')
  if (range === undefined) {
    process.stderr.write(USAGE)
    return 2
  }
  return values.seeds === undefined ? tellOne(range.first) : runMany(range, values.first ?? false)
}

interface SeedRange {
  readonly first: number
  readonly last: number
}

/** `7` or `1..1000`. */
function rangeOf(text: string): SeedRange | undefined {
  const match = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(text)
  if (match === null) return undefined
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return first <= last ? { first, last } : undefined
}

function tellOne(seed: number): number {
  const report = runTrial({ plan: planOf(seed), echo: (line) => process.stdout.write(`${line}\n`) })
  process.stdout.write(`\n${summary(report)}; story ${report.storyHash}\n`)
  return report.violation === undefined ? 0 : 1
}

function runMany({ first, last }: SeedRange, stopAtFirst: boolean): number {
  const failed: number[] = []
  const startedMs = performance.now()
  let virtualMs = 0
  for (let seed = first; seed <= last && !(stopAtFirst && failed.length > 0); seed++) {
    const report = runTrial({ plan: planOf(seed) })
    virtualMs += report.virtualMs
    if (report.violation !== undefined) {
      failed.push(seed)
      process.stdout.write(`\n${summary(report)}\n${report.story.slice(-TAIL_LINES).join('\n')}\n`)
    }
    progressLine(seed - first + 1, last - first + 1, failed.length)
  }
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
  const hours = (virtualMs / 3_600_000).toFixed(1)
  process.stdout.write(`\n${last - first + 1} worlds, ${hours} virtual hours in ${seconds} s: `)
  process.stdout.write(
    failed.length === 0 ? 'no violation\n' : `${failed.length} failed: seeds ${failed.join(' ')}\n`,
  )
  return failed.length === 0 ? 0 : 1
}

function summary({ seed, violation, heights, acknowledged, virtualMs }: TrialReport): string {
  const verdict = violation === undefined ? 'no violation' : `VIOLATION ${violation.message}`
  const what = `${heights} blocks, ${acknowledged} records acknowledged, ${(virtualMs / 1_000).toFixed(1)} virtual seconds`
  return `seed ${seed}: ${verdict} (${what})`
}

function progressLine(done: number, total: number, failed: number): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(`\r${done} of ${total} worlds, ${failed} failed `)
}

// Whoever reads only the first lines of a story closes the pipe: that is no failure.
process.stdout.on('error', () => process.exit(0))
process.exitCode = main()
