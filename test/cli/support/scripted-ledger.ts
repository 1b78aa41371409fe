import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openHome, rpcSocketOf } from '../../../cli/home/home.ts'
import { parseGenesis } from '../../../protocol/chain/genesis.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { parseEnvelope } from '../../../protocol/records/envelope.ts'
import { PHASES } from '../../../protocol/records/events/events.ts'
import { isCertificate, type LedgerRecord } from '../../../protocol/records/record.ts'
import { isSalted, subjectDigest, subjectOf } from '../../../protocol/records/subject.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import { runHere } from './in-process.ts'
import { type Answer, AS_OF, ScriptedNode } from './scripted-node.ts'

/** A CID v1 of the form that certificates hold. */
export const CID = `bafkrei${'a'.repeat(51)}e`

interface ToldRecord {
  readonly type: string
  readonly predicate: { readonly phase?: string }
}

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
  /** What the machine of an artefact is said to be in; this node runs none. */
  readonly states = new Map<string, string>()
  /** Further fields of an artefact's answer. */
  readonly more = new Map<string, object>()

  private constructor(home: string, node: ScriptedNode, chain: Digest) {
    this.home = home
    this.node = node
    this.chain = chain
    this.#script()
  }

  /** @param declarations flags of `network create` */
  static async create(folder: string, ...declarations: readonly string[]): Promise<ScriptedLedger> {
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
    const made = ['--member', identity, '--out', genesisPath, ...declarations]
    await run('network', 'create', 'test', ...made)
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
      .on('GET', `${base}/people`, ({ query }) => this.#people(query.get('name') ?? ''))
      .on('GET', `${base}/resolve`, ({ query }) => this.#resolve(query.get('q') ?? ''))
      .on('GET', `${base}/artefacts/[^/]*`, ({ path }) => this.#artefact(path))
      .on('GET', `${base}/artefacts/[^/]*/story`, ({ path }) => this.#story(path))
      .on('GET', `${base}/artefacts/[^/]*/phases`, ({ path }) => this.#phases(path))
      .on('GET', `${base}/artefacts/[^/]*/flags`, ({ path }) => this.#flags(path))
      .on('GET', `${base}/contents/[^/]*/registrations`, ({ path }) =>
        this.#registrations(path.split('/').at(-2) ?? ''),
      )
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

  /** Whoever signed something last is alice, and there is nobody else. */
  #people(name: string): Answer {
    const did = [...this.committed.values()].at(-1)?.ledger.author
    const alice = { did, organisation: 'acme', class: 'person', name, valid: true }
    return { json: { people: name === 'alice' && did !== undefined ? [alice] : [], asOf: AS_OF } }
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
      const kind = isCertificate(record) ? 'artefact' : 'record'
      return [{ record: record.id, kind, by, type: record.type, organisation: 'acme' }]
    })
    return { json: { query, matches } }
  }

  #registrations(digest: string): Answer {
    const { height } = AS_OF
    const registrations = [...this.committed.values()].flatMap((record) => {
      if (!isCertificate(record) || digestOf(record) !== digest) return []
      const { name, version } = record.statement.predicate.artefact
      const by = { organisation: 'acme', signer: 'alice', height }
      const salted = isSalted(subjectOf(record.statement)) ? { salted: true } : {}
      return [
        { record: record.id, type: record.type, name: `acme/${name}@${version}`, ...by, ...salted },
      ]
    })
    return { json: { registrations, total: registrations.length, complete: true, asOf: AS_OF } }
  }

  #artefact(path: string): Answer {
    const record = this.committed.get(lastPart(path))
    if (record === undefined || !isCertificate(record)) return { problem: 'unknown-artefact' }
    const { predicate } = record.statement
    const { artefact, description } = predicate
    const { digest } = subjectOf(record.statement)
    const edges = {
      ...('inputs' in predicate && { inputs: predicate.inputs }),
      ...('datasets' in predicate && { datasets: predicate.datasets }),
      ...('parents' in predicate && { parents: predicate.parents }),
      ...('pipeline' in predicate && { pipeline: predicate.pipeline }),
    }
    return {
      json: {
        record: record.id,
        type: record.type === 'artefact' ? record.statement.predicate.type : record.type,
        organisation: 'acme',
        owner: 'acme',
        signer: 'alice',
        author: record.ledger.author,
        ...artefact,
        ...(description && { description }),
        ...edges,
        ...('sha256' in digest ? digest : { saltedSha256: digest['pedigree-salted-sha256'] }),
        state: this.states.get(record.id) ?? 'registered',
        events: this.#events(record.id),
        ...this.more.get(record.id),
        height: AS_OF.height,
        timeMs: AS_OF.timeMs,
        asOf: AS_OF,
      },
    }
  }

  #story(path: string): Answer {
    const artefact = path.slice(0, path.lastIndexOf('/'))
    const id = lastPart(artefact)
    const answer = this.#artefact(artefact)
    if (!('json' in answer)) return answer
    const { height, timeMs } = AS_OF
    const records = [...this.committed.values()].flatMap((record) => {
      const { predicate } = record.statement
      if (!('artefact' in predicate) || predicate.artefact !== id) return []
      const signed = { organisation: 'acme', signer: 'alice', predicate }
      return [{ id: record.id, type: record.type, height, timeMs, ...signed }]
    })
    const certificate = this.committed.get(id)?.statement.predicate
    return {
      json: { artefact: answer.json, certificate, records, names: {}, more: false, asOf: AS_OF },
    }
  }

  #phases(path: string): Answer {
    const told = this.#story(path)
    if (!('json' in told)) return told
    const { records, names, more, asOf } = told.json as { records: ToldRecord[] } & Record<
      string,
      unknown
    >
    const phases = records.filter(({ type }) => type === 'phase')
    const documented = new Set(phases.map(({ predicate }) => predicate.phase))
    const missingPhases = PHASES.filter((phase) => !documented.has(phase))
    return { json: { records: phases, names, missingPhases, more, asOf } }
  }

  #flags(path: string): Answer {
    const artefact = lastPart(path.slice(0, path.lastIndexOf('/')))
    const none = {
      recalls: [],
      advisories: [],
      ancestors: 0,
      complete: true,
      advisoriesComplete: true,
    }
    return { json: { artefact, owner: 'acme', ...none, asOf: AS_OF } }
  }

  #events(id: string): readonly object[] {
    const { height, timeMs } = AS_OF
    return [...this.committed.values()].flatMap((record) => {
      const { predicate } = record.statement
      if (!('artefact' in predicate) || predicate.artefact !== id) return []
      const signed = { organisation: 'acme', signer: 'alice' }
      return [
        { record: record.id, type: record.type, height, timeMs, ...signed, ...eventOf(record) },
      ]
    })
  }
}

function eventOf(record: LedgerRecord): object {
  if (record.type === 'phase') return { subtype: record.statement.predicate.phase }
  if (record.type !== 'event') return {}
  const { event, details } = record.statement.predicate
  return { event, subtype: event, ...('reason' in details && { reason: details.reason }) }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function digestOf(record: LedgerRecord): string {
  return subjectDigest(subjectOf(record.statement))
}

function nameOf(record: LedgerRecord): string | undefined {
  return isCertificate(record) ? record.statement.predicate.artefact.name : undefined
}
