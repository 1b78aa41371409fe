import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Edit, Mutation } from './mutation.ts'

export interface Trials {
  /** Like `1..60`. */
  readonly seeds: string
  readonly timeoutMs: number
}

/** How a mutant ended. */
export type Fate =
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'survived' }
  /** The edit does not apply, or what it gives does not run: the list is out of date. */
  | { readonly kind: 'invalid'; readonly why: string }

const COPIED = ['protocol', 'simulations', 'test', 'package.json']

const MOCHA = 'node_modules/mocha/bin/mocha.js'

/** Edits a copy of the protocol and lets the simulator loose on it, in a process of its own. */
export function tryMutant(root: string, mutation: Mutation, trials: Trials): Fate {
  const folder = mkdtempSync(join(tmpdir(), 'pedigree-mutant-'))
  try {
    for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const { also } = mutation
    const why = edit(folder, mutation) ?? (also && edit(folder, also))
    return why === undefined ? hunt(folder, trials, mutation.test) : { kind: 'invalid', why }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function edit(folder: string, { file, find, replace }: Edit): string | undefined {
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  const places = [...source.matchAll(patternOf(find))]
  const [place] = places
  if (place === undefined || places.length > 1)
    return `what it replaces stands ${places.length} times in the file`
  writeFileSync(
    path,
    source.slice(0, place.index) + replace + source.slice(place.index + place[0].length),
  )
  return undefined
}

/** The same tokens in the same order, however a formatter has laid them out. */
export function patternOf(find: string): RegExp {
  const tokens = find.match(/\w+|[^\s\w]/g) ?? []
  const escaped = tokens.map((token) => {
    const literal = token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return /[)}\]]/.test(token) ? `,?\\s*${literal}` : literal
  })
  return new RegExp(escaped.join('\\s*'), 'g')
}

/** Random worlds first, then the named attacks, then the test of that rule. */
function hunt(folder: string, { seeds, timeoutMs }: Trials, test: string | undefined): Fate {
  const worlds = run(folder, timeoutMs, 'simulations/simulate.ts', '--seeds', seeds, '--first')
  const violation = /^seed (\d+): VIOLATION ([^:]+)/m.exec(worlds.output)
  if (violation !== null) return { kind: 'killed', by: `seed ${violation[1]}, ${violation[2]}` }
  if (worlds.timedOut) return { kind: 'killed', by: 'running without an end' }
  if (worlds.code !== 0) return { kind: 'invalid', why: lastLines(worlds.output) }
  const attacks = run(folder, timeoutMs, 'simulations/attacks.ts', '--simulated')
  const broken = /^(T-\S+)\s+BROKEN/m.exec(attacks.output)
  if (broken !== null) return { kind: 'killed', by: `attack ${broken[1]}` }
  const watched = /Violation: ([^:\n]+)/.exec(attacks.output)
  if (watched !== null) return { kind: 'killed', by: `an attack, ${watched[1]}` }
  if (attacks.code !== 0) return { kind: 'invalid', why: lastLines(attacks.output) }
  if (test === undefined) return { kind: 'survived' }
  const tested = run(folder, timeoutMs, MOCHA, '--no-config', test)
  return tested.code === 0 ? { kind: 'survived' } : { kind: 'killed', by: test }
}

function run(
  folder: string,
  timeoutMs: number,
  ...args: readonly string[]
): { code: number | null; output: string; timedOut: boolean } {
  const result = spawnSync(process.execPath, args, {
    cwd: folder,
    timeout: timeoutMs,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const timedOut =
    result.error !== undefined && 'code' in result.error && result.error.code === 'ETIMEDOUT'
  return { code: result.status, output: `${result.stdout}${result.stderr}`, timedOut }
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-6).join(' | ')
}
