/** Everything that one run measured. Times in ms, sizes in bytes, unless a name says otherwise. */
export interface BenchReport {
  readonly format: 'pedigree-bench/1'
  readonly machine: { readonly cpus: number; readonly model: string; readonly node: string }
  readonly nodes: number
  readonly envelopeBytes: number
  readonly load: LoadReport
  readonly lone: LoadReport
  readonly stateTreeMicrosPerRecord: number
  readonly memory: readonly { readonly organisation: string; readonly residentBytes: number }[]
  readonly artefacts?: ArtefactReport
  readonly lineage?: LineageReport
  readonly capture?: CaptureReport
}

export interface LoadReport {
  readonly clients: number
  readonly seconds: number
  readonly certificates: number
  readonly certificatesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly blocks: number
  readonly fsyncsPerBlock: number
  readonly signatureChecksPerRecordAndNode: number
  /** Seconds of processor time that all nodes used, for each second that passed. */
  readonly nodeProcessors: number
  /** The same of this process, which plays all clients. */
  readonly clientProcessors: number
}

/** Millions of bytes a second. */
export interface ArtefactReport {
  readonly bytes: number
  readonly sha256: number
  readonly add: number
  readonly localRead: number
  readonly bitswapFetch: number
  readonly directory: DirectoryReport
}

/** A directory of small files. */
export interface DirectoryReport {
  readonly files: number
  readonly bytes: number
  readonly addMs: number
  readonly fetchMs: number
}

/** Questions for all ancestors and all descendants within `depth` generations. */
export interface LineageReport {
  /** In the store. */
  readonly artefacts: number
  readonly depth: number
  readonly up: LineageQuerySpeed
  readonly down: LineageQuerySpeed
}

export interface LineageQuerySpeed {
  /** In each answer. */
  readonly nodes: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly microsPerNode: number
}

/** What `pedigree run` costs a command that computes, and one that opens many files. */
export interface CaptureReport {
  readonly compute: CapturedRun
  readonly files: CapturedRun & { readonly opened: number }
}

export interface CapturedRun {
  /** Inside the command, from its first line to its last. */
  readonly plainMs: number
  readonly capturedMs: number
  /** What capture adds before and after: starting, hashing, writing the draft. */
  readonly aroundMs: number
}
