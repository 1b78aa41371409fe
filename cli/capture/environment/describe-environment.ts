import type { Scalars } from '../../../protocol/records/certificates/certificates.ts'
import type { CapturedCode, CapturedPackage } from '../capture.ts'
import { readHardware } from './hardware.ts'
import { readInterpreters } from './interpreters.ts'
import { nodePackages } from './node-packages.ts'
import { opaqueParts } from './opaque.ts'
import { pythonPackages } from './python-packages.ts'
import { rPackages } from './r-packages.ts'
import { readCode } from './read-code.ts'

const PACKAGES_MAX = 2_000

export interface EnvironmentOptions {
  /** Absolute path. */
  readonly project: string
  /** As it was typed, not redacted: nothing of it is repeated. */
  readonly argv: readonly string[]
  /** Absolute paths of what was read. */
  readonly files: readonly string[]
  /** Absolute paths of what was written: results do not make the code another one. */
  readonly written?: readonly string[]
  readonly signal: AbortSignal
}

/** What a command ran with: the fields of a Capture that go by these names. */
export interface Environment {
  readonly code?: CapturedCode
  readonly software: readonly CapturedPackage[]
  readonly hardware: Scalars
  readonly redacted: readonly string[]
  readonly opaque: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Code, software and machine of a command, as far as they can be seen from outside. Nothing fails
 * here: what cannot be learnt in a bounded time is left out, or noted.
 */
export async function describeEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { project, argv, files, written = [], signal } = options
  const [code, interpreters, python, node, r, hardware] = await Promise.all([
    readCode({ project, written, signal }),
    readInterpreters({ project, argv, files, signal }),
    pythonPackages(files),
    nodePackages(files),
    rPackages(files),
    readHardware(signal),
  ])
  const software = distinct([...interpreters, ...python, ...node, ...r])
  const tooMany = software.length - PACKAGES_MAX
  return {
    ...(code.code === undefined ? {} : { code: code.code }),
    software: software.slice(0, PACKAGES_MAX),
    hardware,
    redacted: code.redacted,
    opaque: opaqueParts(argv),
    notes: [...code.notes, ...(tooMany > 0 ? [`${tooMany} more packages are not listed`] : [])],
  }
}

/** Each package once, in the order of the package URLs. */
function distinct(packages: readonly CapturedPackage[]): readonly CapturedPackage[] {
  const byPurl = new Map<string, CapturedPackage>()
  for (const one of packages) if (!byPurl.has(one.purl)) byPurl.set(one.purl, one)
  return [...byPurl.values()].sort((a, b) => (a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0))
}
