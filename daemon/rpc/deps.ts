import type { Genesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { Reader } from '../../protocol/ports.ts'
import type { Scan, ScanEntry } from '../../protocol/queries/query.ts'
import type { Outcome, SubmitAnswer } from '../../protocol/replica/effect.ts'
import type { ReplicaStatus } from '../../protocol/replica/replica.ts'
import type { ArtefactStore } from '../artefacts/artefact-store.ts'
import type { ChainListener } from '../driver/chain-events.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

/** All that the local API knows of the node it speaks for. */
export interface RpcDeps {
  readonly version: string
  readonly organisation: string
  /** libp2p peer id, base58. */
  readonly peerId: string
  /** A folder on the disk that fills up first. */
  readonly home: string
  readonly chains: readonly ChainService[]
  readonly artefacts: Omit<ArtefactStore, 'stop'>
  readonly metrics: Metrics
  readonly log: Log
}

/** One chain. */
export interface ChainService {
  readonly genesis: Genesis
  /** Canonical JSON. */
  readonly genesisBytes: Uint8Array
  /** Index of this node's organisation in the committee. */
  readonly self: number
  readonly driver: ChainDriver
  readonly store: ChainStore
  /** Only while the signing guard is lost. */
  readonly rejoin?: RejoinStatus | undefined
}

export interface RejoinStatus {
  readonly nonce: Digest
  /** The first height at which the node signs, once it is started again; undefined until the record came. */
  readonly signsFrom: number | undefined
}

export interface ChainDriver {
  submit(envelope: Uint8Array): Promise<SubmitAnswer>
  /** The end of a record, or undefined when it is not known within `ms`. */
  waitSettled(record: Digest, ms: number): Promise<Outcome | undefined>
  status(): ReplicaStatus
  /** @returns stops listening */
  listen(listener: ChainListener): () => void
}

export interface ChainStore extends Reader {
  snapshot(): StoreSnapshot
}

/** The store as it was when it was asked for. */
export interface StoreSnapshot extends Reader {
  scan(scan: Scan): Promise<readonly ScanEntry[]>
  close(): void
}
