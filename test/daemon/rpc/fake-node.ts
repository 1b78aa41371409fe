import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { addBlob } from '../../../daemon/artefacts/add-blob.ts'
import { addBlobs } from '../../../daemon/artefacts/add-blobs.ts'
import { addDirectory } from '../../../daemon/artefacts/add-directory.ts'
import { ArtefactError } from '../../../daemon/artefacts/artefact-error.ts'
import { createArtefactReader } from '../../../daemon/artefacts/artefact-reader.ts'
import { DurableBlockstore } from '../../../daemon/artefacts/durable-blockstore.ts'
import { Uploads } from '../../../daemon/artefacts/uploads.ts'
import type { ChainEvent, ChainListener } from '../../../daemon/driver/chain-events.ts'
import { createMetrics } from '../../../daemon/metrics.ts'
import type { ChainDriver, RpcDeps, StoreSnapshot } from '../../../daemon/rpc/deps.ts'
import { createRpcServer, type RpcServer } from '../../../daemon/rpc/server.ts'
import type { Digest } from '../../../protocol/digest.ts'
import type { Outcome, SubmitAnswer } from '../../../protocol/replica/effect.ts'
import { readHead } from '../../../protocol/replica/ledger.ts'
import type { SampleLedger } from '../../protocol/queries/sample-ledger.ts'

/** A replica that answers what the test wants, over a ledger that really executed. */
export class FakeDriver implements ChainDriver {
  readonly submitted: Uint8Array[] = []
  readonly listeners = new Set<ChainListener>()
  answer: SubmitAnswer | Error = { status: 'admitted', record: 'ab'.repeat(32) as Digest }
  readonly outcomes = new Map<Digest, Outcome>()
  /** Milliseconds that clients asked to wait. */
  readonly waits: number[] = []
  connected: readonly number[] = [1, 2, 3]
  behind = 0
  readonly #ledger: SampleLedger

  constructor(ledger: SampleLedger) {
    this.#ledger = ledger
  }

  async submit(envelope: Uint8Array): Promise<SubmitAnswer> {
    this.submitted.push(envelope)
    if (this.answer instanceof Error) throw this.answer
    return this.answer
  }

  async waitSettled(record: Digest, ms: number): Promise<Outcome | undefined> {
    this.waits.push(ms)
    return this.outcomes.get(record)
  }

  status() {
    const { height, id, timeMs } = readHead(this.#ledger.reader, this.#ledger.genesis)
    return {
      height,
      headId: id,
      headTimeMs: timeMs,
      view: 0,
      leader: 0,
      poolRecords: 2,
      poolBytes: 3_000,
      connected: this.connected,
      targetHeight: height + this.behind,
      maySign: true,
    }
  }

  listen(listener: ChainListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  tell(event: ChainEvent): void {
    for (const listener of this.listeners) listener(event)
  }
}

export interface FakeNode {
  readonly socket: string
  readonly driver: FakeDriver
  readonly server: RpcServer
  /** Path before every route of the chain. */
  readonly base: string
  readonly home: string
  readonly deps: RpcDeps
}

const running: { readonly node: FakeNode; readonly close: () => Promise<void> }[] = []

/** The real API on a real socket. Blobs are kept on disk; nobody is there to fetch others from. */
export async function startFakeNode(
  ledger: SampleLedger,
  { tcp = false, artefacts }: { readonly tcp?: boolean; readonly artefacts?: object } = {},
): Promise<FakeNode> {
  const home = await mkdtemp(join(tmpdir(), 'pedigree-rpc-'))
  const driver = new FakeDriver(ledger)
  const store = {
    get: (key: string) => ledger.reader.get(key),
    snapshot: () => snapshotOf(ledger),
  }
  const disk = await diskArtefacts(join(home, 'blocks'))
  const { genesis, genesisBytes } = ledger
  const chain = { genesis, genesisBytes, self: 0, driver, store }
  const deps: RpcDeps = {
    version: '0.1.0',
    organisation: 'org01',
    peerId: '12D3KooWtest',
    home,
    chains: [chain],
    artefacts: { ...disk.artefacts, ...artefacts },
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
  }
  const socket = join(home, 'rpc.sock')
  const tcpAddress = { host: '127.0.0.1', port: 0, tokenFile: join(home, 'token') } as const
  const server = createRpcServer(deps, { socket, ...(tcp ? { tcp: tcpAddress } : {}) })
  await server.listen()
  const node = { socket, driver, server, base: `/v1/chains/${genesis.chain}`, home, deps }
  running.push({ node, close: disk.close })
  return node
}

/** For afterEach. */
export async function stopFakeNodes(): Promise<void> {
  for (const { node, close } of running.splice(0)) {
    const { server, home } = node
    await server.close()
    await close()
    await rm(home, { recursive: true, force: true })
  }
}

/** The ledger only grows while nobody asks. */
function snapshotOf({ reader }: SampleLedger): StoreSnapshot {
  return {
    get: (key) => reader.get(key),
    scan: async (scan) => reader.scan(scan),
    close: () => undefined,
  }
}

async function diskArtefacts(folder: string) {
  const blocks = new DurableBlockstore(folder)
  await blocks.open()
  const uploads = await Uploads.open(blocks)
  const fetch = async () => {
    throw new ArtefactError('artefact-unavailable', 'nobody is there')
  }
  const artefacts: RpcDeps['artefacts'] = {
    addBlob: (content, expected) => addBlob(uploads, content, expected),
    addBlobs: (contents) => addBlobs(uploads, contents),
    addDirectory: (entries, manifestCid) => addDirectory(uploads, entries, manifestCid),
    ...createArtefactReader(blocks, { fetch }),
  }
  return { artefacts, close: () => uploads.close() }
}
