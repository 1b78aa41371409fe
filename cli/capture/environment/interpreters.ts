import { basename, resolve } from 'node:path'
import { readUpTo } from '../../read-input.ts'
import type { CapturedPackage } from '../capture.ts'
import { purlOf } from './purl.ts'
import { runTool } from './run-tool.ts'

const VERSION_MS_MAX = 3_000
const SHEBANG_BYTES_MAX = 256

/** Programs that say their version and nothing else when they are asked with --version. */
const KNOWN = /^(python|pypy|node|deno|bun|julia|ruby|perl|php|java|Rscript|R)(?:\d[\d.]*)?$/
const PYTHON_FOLDER = /\/(?:versions\/(\d+\.\d+\.\d+)\/)?lib(?:64)?\/python(\d+\.\d+)\//

interface InterpreterOptions {
  /** Absolute path. */
  readonly project: string
  readonly argv: readonly string[]
  /** Absolute paths. */
  readonly files: readonly string[]
  readonly signal: AbortSignal
}

/** What ran the program: what the command names says its version; else its library tells. */
export async function readInterpreters({
  project,
  argv,
  files,
  signal,
}: InterpreterOptions): Promise<readonly CapturedPackage[]> {
  const found: CapturedPackage[] = []
  const program = await interpreterOf(project, argv)
  const name = program === undefined ? undefined : KNOWN.exec(basename(program))?.[1]
  if (program !== undefined && name !== undefined) {
    const said = await runTool(program, ['--version'], {
      cwd: project,
      signal,
      timeoutMs: VERSION_MS_MAX,
    })
    const version = /\d+\.\d+(?:\.\d+)?[A-Za-z0-9.+-]*/.exec(said ?? '')?.[0]
    const called = name === 'Rscript' ? 'R' : name
    const purl = version === undefined ? undefined : purlOf('generic', called, version)
    // Asked afterwards: it may have been replaced since.
    if (purl !== undefined) found.push({ purl, how: 'inferred' })
  }
  if (name !== 'python') found.push(...pythonOf(files))
  return found
}

/** A Python that something else started is known by the library that it read. */
function pythonOf(files: readonly string[]): readonly CapturedPackage[] {
  const versions = new Set<string>()
  for (const file of files) {
    const [, full, short] = PYTHON_FOLDER.exec(file) ?? []
    if (short !== undefined) versions.add(full ?? short)
  }
  return [...versions].flatMap((version) => {
    const purl = purlOf('generic', 'python', version)
    return purl === undefined ? [] : [{ purl, how: 'observed' as const }]
  })
}

/** Launchers that begin a command line and run what follows. */
const LAUNCHERS: ReadonlySet<string> = new Set([
  'env',
  'nice',
  'time',
  'nohup',
  'stdbuf',
  'taskset',
])

async function interpreterOf(
  project: string,
  argv: readonly string[],
): Promise<string | undefined> {
  const command = argv.find((argument, at) => {
    const isLauncher = LAUNCHERS.has(basename(argument))
    const isOption = at > 0 && (argument.startsWith('-') || argument.includes('='))
    return !isLauncher && !isOption
  })
  if (command === undefined) return undefined
  if (KNOWN.test(basename(command))) return command
  if (!command.includes('/')) return undefined
  const bytes = await readUpTo(resolve(project, command), SHEBANG_BYTES_MAX).catch(() => undefined)
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('latin1')
  const [, first, second] = /^#!\s*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(text) ?? []
  return first !== undefined && basename(first) === 'env' ? second : first
}
