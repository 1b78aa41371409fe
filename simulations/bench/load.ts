import type { Author } from './certificates.ts'
import { type Counters, readCounters } from './counters.ts'
import type { DevnetNode } from './devnet.ts'
import type { LoadReport } from './measured.ts'
import type { NodeClient } from './node-client.ts'

export interface Network {
  readonly nodes: readonly DevnetNode[]
  /** In the order of the nodes, as are the authors. */
  readonly clients: readonly NodeClient[]
  readonly authors: readonly Author[]
}

export interface LoadPlan {
  readonly clients: number
  readonly seconds: number
  readonly warmUpSeconds: number
}

const COMMIT_MS_MAX = 60_000

/**
 * Clients that each submit a certificate that was signed ahead, wait until it is durable, and go on
 * with the next. When an author has none left, the clients of that node end.
 */
export async function runLoad(network: Network, plan: LoadPlan): Promise<LoadReport> {
  const watch = new Stopwatch()
  const running = Array.from({ length: plan.clients }, (_, index) => {
    const place = index % network.clients.length
    return runClient(network.clients[place], network.authors[place], watch)
  })
  const finished = Promise.all(running)
  try {
    await Promise.race([pause(plan.warmUpSeconds), finished])
    const before = await snapshot(network)
    watch.begin()
    await Promise.race([pause(plan.seconds), finished])
    const after = await snapshot(network)
    return reportOf(
      watch.end(),
      { clients: plan.clients, nodes: network.nodes.length },
      { before, after },
    )
  } finally {
    watch.stop()
    await finished
  }
}

async function runClient(
  client: NodeClient | undefined,
  author: Author | undefined,
  watch: Stopwatch,
): Promise<void> {
  while (!watch.stopped) {
    const certificate = author?.next()
    if (client === undefined || certificate === undefined) return
    const sent = performance.now()
    await client.submit(certificate.envelope)
    const { status } = await client.record(certificate.id, COMMIT_MS_MAX)
    if (status !== 'committed') throw new Error(`${certificate.id} is ${status}`)
    watch.committed(performance.now() - sent)
  }
}

interface Timing {
  readonly seconds: number
  /** Ascending. */
  readonly latenciesMs: readonly number[]
}

/** Counts what ends between begin and end. */
class Stopwatch {
  stopped = false
  #beganMs: number | undefined
  readonly #latenciesMs: number[] = []

  begin(): void {
    this.#beganMs = performance.now()
  }

  committed(ms: number): void {
    if (this.#beganMs !== undefined && !this.stopped) this.#latenciesMs.push(ms)
  }

  end(): Timing {
    this.stopped = true
    const seconds = (performance.now() - (this.#beganMs ?? 0)) / 1_000
    return { seconds, latenciesMs: this.#latenciesMs.sort((a, b) => a - b) }
  }

  stop(): void {
    this.stopped = true
  }
}

interface Snapshot extends Counters {
  readonly clientSeconds: number
}

async function snapshot({ nodes, clients }: Network): Promise<Snapshot> {
  const { user, system } = process.cpuUsage()
  return { ...(await readCounters(nodes, clients)), clientSeconds: (user + system) / 1_000_000 }
}

function reportOf(
  { seconds, latenciesMs }: Timing,
  { clients, nodes }: { readonly clients: number; readonly nodes: number },
  { before, after }: { readonly before: Snapshot; readonly after: Snapshot },
): LoadReport {
  const certificates = latenciesMs.length
  const blocks = after.blocks - before.blocks
  return {
    clients,
    seconds,
    certificates,
    certificatesPerSecond: certificates / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    maxMs: percentile(latenciesMs, 1),
    blocks,
    fsyncsPerBlock: (after.fsyncs - before.fsyncs) / nodes / blocks,
    signatureChecksPerRecordAndNode: (after.signatures - before.signatures) / nodes / certificates,
    nodeProcessors: (after.processorSeconds - before.processorSeconds) / seconds,
    clientProcessors: (after.clientSeconds - before.clientSeconds) / seconds,
  }
}

function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? Number.NaN
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
}
