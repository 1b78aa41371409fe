import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Digest } from '../protocol/digest.ts'
import type { RejectionCode, Verdict } from '../protocol/rejection.ts'
import type { GossipTopic } from '../protocol/replica/input.ts'

/** What a node measures. Every label comes from a fixed set, or from the genesis of a chain: none from a stranger. */
export interface Metrics {
  /** The numbers of one chain. */
  ofChain(chain: Digest): ChainMetrics
  /** @param route the route's pattern, never the path that was asked for */
  rpcRequest(route: string, status: number, seconds: number): void
  /** Bytes of artefacts that came from a client (in), or went to one (out). */
  blobBytes(direction: 'in' | 'out', bytes: number): void
  /** Other parts (libp2p) register here. */
  readonly registry: Registry
  /** Prometheus text format. */
  render(): Promise<string>
  readonly contentType: string
}

/** What a barrier was for. */
export type FsyncKind = 'wal' | 'guard' | 'commit'

export interface ChainMetrics {
  blockCommitted(block: { readonly height: number; readonly records: number }): void
  pool(records: number, bytes: number): void
  view(view: number): void
  step(seconds: number): void
  fsync(kind: FsyncKind): void
  signaturesVerified(count: number): void
  gossipVerdict(topic: GossipTopic, verdict: Verdict | 'accept'): void
  /** A record that a local client submitted. */
  recordRefused(code: RejectionCode): void
  /** Frames waiting for a member's direct stream. */
  streamQueue(organisation: string, frames: number): void
  /** Frames that a member will never get: its stream was down, or its queue full. */
  framesDropped(organisation: string, frames: number): void
}

const REQUEST_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60]
const STEP_SECONDS = [0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'pedigree_' })
  const chains = chainInstruments(registry)
  const node = nodeInstruments(registry)
  return {
    registry,
    contentType: registry.contentType,
    render: () => registry.metrics(),
    ofChain: (chain) => chainMetrics(chains, chain),
    rpcRequest: (route, status, seconds) =>
      node.requests.observe({ route, status: String(status) }, seconds),
    blobBytes: (direction, bytes) => node.blobBytes.inc({ direction }, bytes),
  }
}

function nodeInstruments(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Histogram({
      name: 'pedigree_rpc_request_seconds',
      help: 'Requests to the local API, until the answer was sent',
      labelNames: ['route', 'status'] as const,
      buckets: REQUEST_SECONDS,
      registers,
    }),
    blobBytes: new Counter({
      name: 'pedigree_blob_bytes_total',
      help: 'Bytes of artefacts taken from (in) and given to (out) local clients',
      labelNames: ['direction'] as const,
      registers,
    }),
  }
}

type ChainInstruments = ReturnType<typeof chainInstruments>

function chainInstruments(registry: Registry) {
  const gauge = <L extends string>(name: string, help: string, ...labels: L[]) =>
    new Gauge({ name, help, labelNames: ['chain', ...labels] as const, registers: [registry] })
  const counter = <L extends string>(name: string, help: string, ...labels: L[]) =>
    new Counter({ name, help, labelNames: ['chain', ...labels] as const, registers: [registry] })
  return {
    height: gauge('pedigree_chain_height', 'Height of the last block that is durable here'),
    view: gauge('pedigree_consensus_view', 'View of the height in progress'),
    blocks: counter('pedigree_blocks_committed_total', 'Blocks committed since the node started'),
    records: counter(
      'pedigree_records_committed_total',
      'Records committed since the node started',
    ),
    refused: counter(
      'pedigree_records_refused_total',
      'Submitted records that were refused, by the code of the refusal',
      'code',
    ),
    poolRecords: gauge('pedigree_pool_records', 'Records waiting to be committed'),
    poolBytes: gauge('pedigree_pool_bytes', 'Bytes of the records waiting to be committed'),
    steps: new Histogram({
      name: 'pedigree_step_seconds',
      help: 'One step of the replica',
      labelNames: ['chain'] as const,
      buckets: STEP_SECONDS,
      registers: [registry],
    }),
    fsyncs: counter('pedigree_fsyncs_total', 'Barriers: files or batches synced', 'kind'),
    signatures: counter('pedigree_signature_verifications_total', 'Ed25519 signatures checked'),
    gossip: counter('pedigree_gossip_verdicts_total', 'Gossip by outcome', 'topic', 'verdict'),
    queue: gauge('pedigree_stream_queue_frames', 'Frames waiting for a direct stream', 'member'),
    dropped: counter('pedigree_frames_dropped_total', 'Frames that were never sent', 'member'),
  }
}

function chainMetrics(instruments: ChainInstruments, chain: Digest): ChainMetrics {
  const { height, view, blocks, records, poolRecords, poolBytes } = instruments
  const { steps, fsyncs, signatures, gossip, queue, dropped, refused } = instruments
  const labels = { chain }
  const step = steps.labels(labels)
  const signature = signatures.labels(labels)
  return {
    blockCommitted: (block) => {
      height.set(labels, block.height)
      blocks.inc(labels)
      records.inc(labels, block.records)
    },
    pool: (count, bytes) => {
      poolRecords.set(labels, count)
      poolBytes.set(labels, bytes)
    },
    view: (value) => view.set(labels, value),
    step: (seconds) => step.observe(seconds),
    fsync: (kind) => fsyncs.inc({ chain, kind }),
    signaturesVerified: (count) => signature.inc(count),
    gossipVerdict: (topic, verdict) => gossip.inc({ chain, topic, verdict }),
    recordRefused: (code) => refused.inc({ chain, code }),
    streamQueue: (member, frames) => queue.set({ chain, member }, frames),
    framesDropped: (member, frames) => dropped.inc({ chain, member }, frames),
  }
}
