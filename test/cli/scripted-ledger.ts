import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openHome, rpcSocketOf } from '../../cli/home/home.ts'
import { parseGenesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import { subjectDigest, subjectOf } from '../../protocol/records/consistency.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import type { LedgerRecord } from '../../protocol/records/record.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { runHere } from './in-process.ts'
import { type Answer, AS_OF, ScriptedNode } from './scripted-node.ts'

/** A CID v1 of the form that certificates hold. */
export const CID = `bafkrei${'a'.repeat(51)}e`

/**
 * A node of the organisation `acme` that commits what it is given, at once or when told, with the
 * answers that a real one gives. It checks form only: what the rules say is tested with real nodes.
 */
export class ScriptedLedger {
  readonly home: string
  readonly node: ScriptedNode
  readonly chain: Digest
  readonly committed = new Map<string, LedgerRecord>()
  readonly pending = new Map<string, LedgerRecord>()
  /** False: what is submitted stays pending. */
  commits = true
  /** Answers every submission in place of admitting it. */
  refusal: Answer | undefined
  retired = new Set<string>()

  private constructor(home: string, node: ScriptedNode, chain: Digest) {
    this.home = home
    this.node = node
    this.chain = chain
    this.#script()
  }

  static async create(folder: string): Promise<ScriptedLedger> {
    const home = join(folder, 'acme')
    const genesisPath = join(folder, 'genesis.json')
    const identity = join(folder, 'acme.json')
    await mkdir(folder, { recursive: true })
    const run = async (...args: string[]) => {
      const { code, stderr } = await runHere(['--home', home, ...args])
      if (code !== 0) throw new Error(stderr)
    }
    await run('init', '--org', 'acme', '--person', 'alice')
    await run('identity', '--out', identity)
    await run('network', 'create', 'test', '--member', identity, '--out', genesisPath)
    await run('network', 'join', genesisPath)
    const genesis = parseGenesis(new Uint8Array(await readFile(genesisPath)))
    if (isRejection(genesis)) throw new Error(genesis.detail)
    const node = await ScriptedNode.listen(rpcSocketOf(await openHome(home)))
    return new ScriptedLedger(home, node, genesis.chain)
  }

  run(...args: string[]) {
    return runHere(['--home', this.home, '--json', ...args])
  }

  commitPending(): void {
    for (const [id, record] of this.pending) this.committed.set(id, record)
    this.pending.clear()
  }

  #script(): void {
    const base = `/chains/${this.chain}`
    this.node
      .on('GET', `${base}/authors/.*`, ({ path }) => this.#author(path))
      .on('GET', `${base}/resolve`, ({ query }) => this.#resolve(query.get('q') ?? ''))
      .on('GET', `${base}/artefacts/[^/]*`, ({ path }) => this.#artefact(path))
      .on('GET', `${base}/records/.*`, ({ path }) => this.#record(lastPart(path)))
      .on('POST', `${base}/records`, ({ body }) => this.#submit(new Uint8Array(body)))
      .on('GET', `${base}/status`, () => ({ json: this.#status() }))
  }

  #status() {
    const { height, timeMs, sync, behindBlocks } = AS_OF
    return {
      network: 'test',
      chain: this.chain,
      height,
      headTimeMs: timeMs,
      sync,
      behindBlocks,
      committee: [
        {
          organisation: 'acme',
          index: 0,
          connected: true,
          self: true,
        },
      ],
      peers: 0,
      faultsTolerated: 0,
      view: 0,
      leader: 'acme',
      poolRecords: 0,
      maySign: true,
      diskBytesFree: 1,
    }
  }

  #author(path: string): Answer {
    const did = lastPart(path)
    const own = { organisation: 'acme', class: 'person', name: 'alice', valid: true, nextNonce: 1 }
    return { json: { did, ...own, asOf: AS_OF } }
  }

  #submit(envelope: Uint8Array): Answer {
    const record = parseEnvelope(envelope)
    if (isRejection(record)) return { refused: record }
    if (this.refusal !== undefined) return this.refusal
    const known = this.committed.has(record.id)
    if (!known) (this.commits ? this.committed : this.pending).set(record.id, record)
    if (this.committed.has(record.id)) {
      return { json: { status: 'committed', record: record.id, height: AS_OF.height } }
    }
    return { json: { status: 'admitted', record: record.id } }
  }

  #record(id: string): Answer {
    const record = this.committed.get(id)
    if (record === undefined) {
      const status = this.pending.has(id) ? 'pending' : 'unknown'
      return { json: { id, status, asOf: AS_OF } }
    }
    const envelope = Buffer.from(record.envelope).toString('base64')
    const { height, timeMs } = AS_OF
    return { json: { id, status: 'committed', height, timeMs, logIndex: 0, envelope, asOf: AS_OF } }
  }

  #resolve(query: string): Answer {
    const matches = [...this.committed.values()].flatMap((record) => {
      const by =
        record.id === query
          ? 'record'
          : digestOf(record) === query
            ? 'digest'
            : nameOf(record) === query
              ? 'name'
              : undefined
      if (by === undefined) return []
      const kind = record.type === 'dataset' || record.type === 'model' ? 'artefact' : 'record'
      return [{ record: record.id, kind, by, type: record.type, organisation: 'acme' }]
    })
    return { json: { query, matches } }
  }

  #artefact(path: string): Answer {
    const record = this.committed.get(lastPart(path))
    if (record?.type !== 'dataset' && record?.type !== 'model')
      return { problem: 'unknown-artefact' }
    const { artefact, description } = record.statement.predicate
    const { digest } = subjectOf(record.statement)
    const edges =
      record.type === 'model'
        ? {
            datasets: record.statement.predicate.datasets,
            parents: record.statement.predicate.parents,
          }
        : {}
    const { title: _, ...shown } = artefact
    const isRetired = this.retired.has(record.id)
    const event = {
      record: 'e'.repeat(64),
      type: 'retirement',
      height: 7,
      reason: 'labels swapped',
    }
    return {
      json: {
        record: record.id,
        type: record.type,
        organisation: 'acme',
        signer: 'alice',
        author: record.ledger.author,
        ...shown,
        ...(description && { description }),
        ...edges,
        ...('sha256' in digest ? digest : { saltedSha256: digest['pedigree-salted-sha256'] }),
        state: isRetired ? 'retired' : 'registered',
        events: isRetired ? [event] : [],
        height: AS_OF.height,
        timeMs: AS_OF.timeMs,
        asOf: AS_OF,
      },
    }
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function digestOf(record: LedgerRecord): string {
  return subjectDigest(subjectOf(record.statement))
}

function nameOf(record: LedgerRecord): string | undefined {
  return record.type === 'dataset' || record.type === 'model'
    ? record.statement.predicate.artefact.name
    : undefined
}
