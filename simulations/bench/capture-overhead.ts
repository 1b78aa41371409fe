import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CapturedRun, CaptureReport } from './measured.ts'

const CLI_MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const ROUNDS = 3
const FILES = 20_000
const run = promisify(execFile)

/** Each tells how many ms it worked, without the start of its process. */
const PROGRAMS = {
  compute: `
    const start = performance.now()
    const weights = new Float64Array(4096)
    for (let epoch = 0; epoch < 400; epoch++)
      for (let step = 0; step < 400; step++)
        for (let i = 0; i < weights.length; i++) weights[i] += 1e-6 * Math.sin(weights[i] + i + step)
    require('node:fs').writeFileSync('model.bin', Buffer.from(weights.buffer))
    console.log(performance.now() - start)`,
  files: `
    const { readdirSync, readFileSync, writeFileSync } = require('node:fs')
    const start = performance.now()
    let bytes = 0
    for (const name of readdirSync('data')) bytes += readFileSync('data/' + name).length
    writeFileSync('sum.txt', String(bytes))
    console.log(performance.now() - start)`,
} as const

/**
 * What `pedigree run` costs: a command that computes, and one that opens many files, plain and
 * captured in turn; of each the fastest of its rounds.
 *
 * @param folder an empty folder, filled here
 */
export async function captureOverhead(folder: string): Promise<CaptureReport> {
  await mkdir(join(folder, 'data'), { recursive: true })
  for (let i = 0; i < FILES; i++) await writeFile(join(folder, 'data', `${i}.txt`), `row ${i}\n`)
  return {
    compute: await measured(folder, PROGRAMS.compute),
    files: { ...(await measured(folder, PROGRAMS.files)), opened: FILES },
  }
}

async function measured(cwd: string, program: string): Promise<CapturedRun> {
  const plain: Timing[] = []
  const captured: Timing[] = []
  const command = [process.execPath, '--eval', program]
  const capture = [process.execPath, CLI_MAIN, 'run', '--name', 'bench', '--draft', 'b.yaml', '--']
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await timed(cwd, command))
    captured.push(await timed(cwd, [...capture, ...command]))
  }
  return {
    plainMs: fastest(plain, 'insideMs'),
    capturedMs: fastest(captured, 'insideMs'),
    aroundMs: fastest(captured, 'aroundMs') - fastest(plain, 'aroundMs'),
  }
}

interface Timing {
  readonly insideMs: number
  readonly aroundMs: number
}

async function timed(cwd: string, [file, ...args]: readonly string[]): Promise<Timing> {
  const startMs = performance.now()
  const { stdout } = await run(file ?? '', args, { cwd })
  const insideMs = Number(stdout)
  return { insideMs, aroundMs: performance.now() - startMs - insideMs }
}

function fastest(timings: readonly Timing[], which: keyof Timing): number {
  return Math.min(...timings.map((timing) => timing[which]))
}
