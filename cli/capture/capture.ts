import type {
  CaptureLayer,
  How,
  Scalars,
} from '../../protocol/records/certificates/certificates.ts'

/**
 * What one run of a command did, as far as it could be seen: plain JSON, already redacted, and sealed
 * by its digest in a draft. Paths inside the project are relative to it and use `/`; others begin with
 * `/` or `~/`.
 */
export interface Capture {
  readonly format: 'pedigree-capture/1'
  readonly name: string
  readonly command: CapturedCommand
  readonly layers: readonly LayerReport[]
  /** Of the project, sorted by path. */
  readonly files: readonly CapturedFile[]
  /** Reads outside the project, as one entry: how many, and the SHA-256 over their sorted names and digests. */
  readonly environment: { readonly files: number; readonly digest: string }
  /** Inputs that were not hashed. */
  readonly endpoints: readonly CapturedEndpoint[]
  readonly code?: CapturedCode
  readonly software: readonly CapturedPackage[]
  readonly hardware: Scalars
  readonly parameters: readonly CapturedFact[]
  readonly metrics: readonly CapturedFact[]
  /** What was left out on purpose, named: `environment value of API_TOKEN`, `argument --password`. */
  readonly redacted: readonly string[]
  /** Where the inside could not be seen, a sentence each. */
  readonly opaque: readonly string[]
  /** What went beyond a bound or looked odd, a sentence each. */
  readonly notes: readonly string[]
}

export interface CapturedCommand {
  readonly argv: readonly string[]
  /** Relative to the project; `.` is its root. */
  readonly cwd: string
  /** 0 to 255, as a shell gives it: 128 + n for signal n. */
  readonly exitCode: number
  readonly signal?: string
  /** It could not be started at all. */
  readonly startFailure?: string
  readonly startedMs: number
  readonly durationMs: number
  readonly processes: number
  readonly userMs?: number
  readonly systemMs?: number
  readonly rssBytesMax?: number
}

export interface LayerReport {
  readonly layer: CaptureLayer
  readonly used: boolean
  /** Why not, or with which limits. */
  readonly detail?: string
}

/** input: read, and there before. output: written, and there afterwards. intermediate: written and gone, or read again. */
export type FileRole = 'input' | 'output' | 'intermediate'

export interface CapturedFile {
  readonly path: string
  readonly role: FileRole
  readonly how: How
  /** Lowercase hex; absent when it was not hashed, and `unhashed` says why. */
  readonly sha256?: string
  readonly bytes?: number
  /** An input whose digest at first sight differs from the one at exit. */
  readonly changedTo?: string
  readonly unhashed?: string
}

export interface CapturedEndpoint {
  /** `203.0.113.7:443`, `host.example:443`, or a Unix socket's path. */
  readonly address: string
  readonly how: How
}

export interface CapturedCode {
  readonly commit: string
  readonly branch?: string
  /** Without credentials. */
  readonly remote?: string
  /** SHA-256 of `git diff HEAD` and of the untracked, not ignored files; absent for a clean tree. */
  readonly dirty?: string
}

export interface CapturedPackage {
  /** Package URL with a version. */
  readonly purl: string
  readonly how: How
}

export interface CapturedFact {
  readonly name: string
  readonly value: string | number | boolean
  /** The file it stood in, or `PEDIGREE_CAPTURE`, or `command line`. */
  readonly from: string
  readonly how: How
}
