import { createHash } from 'node:crypto'
import { decodeBody } from '../../protocol/chain/body.ts'
import { decodeCommitProof } from '../../protocol/chain/commit-proof.ts'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { blockIdOf, decodeHeader } from '../../protocol/chain/header.ts'
import { rebuildRoot, treeRoot } from '../../protocol/chain/state-tree.ts'
import { signableOf } from '../../protocol/consensus/message.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { Write } from '../../protocol/ports.ts'
import { parseEnvelope } from '../../protocol/records/envelope.ts'
import { isRejection } from '../../protocol/rejection.ts'
import type { CommittedBlock, ReplicaEffect } from '../../protocol/replica/effect.ts'
import { PREFIXES, storageKey } from '../../protocol/storage-keys.ts'
import type { EventQueue } from '../clock/event-queue.ts'
import { WORLD_EPOCH_MS } from '../clock/node-clock.ts'
import type { Observed, Observer } from '../observer.ts'
import type { SignatureScheme } from '../signatures.ts'
import { hold } from '../violation.ts'
import { quorumOf } from './quorums.ts'

interface Decided {
  readonly id: Digest
  readonly writes: string
  readonly by: string
}

type CommitEffect = Extract<ReplicaEffect, { kind: 'commit' }>

type Outcome = Extract<ReplicaEffect, { kind: 'settled' }>['outcome']

/** What an artefact's state forbids now, the next block may allow: it is offered, or lifted, again. */
const MENDABLE: ReadonlySet<string> = new Set([
  'illegal-transition',
  'not-allowed',
  'proposal-open',
  'unknown-subject',
])
const STATUS_EVERY_STEPS = 8
/** What honest clocks may differ by in an invented world, and what the chain allows on top. */
const TIME_AHEAD_MAX_MS = 5_000

/**
 * Watches what is decided: one block at a height, each with a real quorum, each record once, the same
 * bytes in every store, and nothing acknowledged that is not there to stay.
 */
export class LedgerWatch implements Observer {
  readonly #genesis: Genesis
  readonly #queue: EventQueue
  readonly #scheme: SignatureScheme
  /** Height -> what the first honest node decided. */
  readonly #decided = new Map<number, Decided>()
  /** Record -> height. */
  readonly #ledger = new Map<Digest, number>()
  #steps = 0
  readonly #acknowledged = new Map<Digest, number>()
  /** Records that some honest node called expired, or refused for what no later block can mend. */
  readonly #over = new Map<Digest, string>()

  constructor(genesis: Genesis, scheme: SignatureScheme, queue: EventQueue) {
    this.#queue = queue
    this.#genesis = genesis
    this.#scheme = scheme
  }

  get height(): number {
    return this.#decided.size
  }

  get acknowledged(): ReadonlyMap<Digest, number> {
    return this.#acknowledged
  }

  effect(node: Observed, effect: ReplicaEffect): void {
    if (node.faulty) return
    if (effect.kind === 'commit') this.#decides(node, effect)
    if (effect.kind === 'answer' && effect.answer.status === 'committed') {
      this.#acknowledges(node, effect.answer.record, effect.answer.height)
    }
    if (effect.kind !== 'settled') return
    if (effect.outcome.status === 'committed')
      this.#acknowledges(node, effect.record, effect.outcome.height)
    else this.#givesUp(node, effect.record, effect.outcome)
  }

  #decides(node: Observed, { block, writes }: CommitEffect): void {
    const { height, id } = block
    this.#proofHolds(node, block, writes)
    this.#timeIsTrue(node, block)
    const writesHash = hashOfWrites(writes, height)
    const before = this.#decided.get(height)
    if (before === undefined) {
      this.#decided.set(height, { id, writes: writesHash, by: node.name })
      this.#recordsAreNew(node, block)
      this.#recordsAreFresh(node, block, writes)
      return
    }
    hold(before.id === id, 'agreement', () => {
      return `at height ${height} ${before.by} decided ${before.id.slice(0, 8)} and ${node.name} decides ${id.slice(0, 8)}`
    })
    hold(before.writes === writesHash, 'equal stores', () => {
      return `${before.by} and ${node.name} write different things for block ${height}`
    })
  }

  /** Checked from the stored bytes, with a quorum that is counted here. */
  #proofHolds(node: Observed, { height, id }: CommittedBlock, writes: readonly Write[]): void {
    const written = new Map(writes.map(({ key, value }) => [key, value]))
    const header = written.get(storageKey.header(height))
    const proofBytes = written.get(storageKey.proof(height))
    const named = header !== undefined && blockIdOf(header) === id
    hold(
      named,
      'commit proof',
      () => `${node.name} stores another header than it decides at ${height}`,
    )
    const proof = proofBytes === undefined ? undefined : decodeCommitProof(proofBytes)
    const { members } = this.#genesis.committee
    const signers = new Set<number>()
    if (proof !== undefined && !isRejection(proof) && proof.block === id) {
      proof.signers.forEach((member, i) => {
        const message = signableOf(this.#genesis.chain, {
          kind: 'commit',
          height,
          view: proof.view,
          block: id,
          member,
        })
        const signature = proof.signatures[i] ?? new Uint8Array()
        const key = members[member]?.consensusKey ?? new Uint8Array()
        if (this.#scheme.verify({ key, message, signature })) signers.add(member)
      })
    }
    const quorum = quorumOf(members.length)
    hold(signers.size >= quorum, 'commit proof', () => {
      return `${node.name} decides ${height} with ${signers.size} valid signatures of ${quorum}`
    })
  }

  /** Ledger time may be late, for a block can wait long for its quorum; it is never ahead of all clocks. */
  #timeIsTrue(node: Observed, { height, timeMs }: CommittedBlock): void {
    const aheadMs = timeMs - (WORLD_EPOCH_MS + this.#queue.nowMs)
    hold(aheadMs <= TIME_AHEAD_MAX_MS, 'ledger time', () => {
      return `${node.name} decides block ${height}, whose time is ${Math.round(aheadMs)} ms in the future`
    })
  }

  #recordsAreNew(node: Observed, { height, records }: CommittedBlock): void {
    for (const record of records) {
      const before = this.#ledger.get(record)
      hold(before === undefined, 'exactly once', () => {
        return `${node.name} commits record ${record.slice(0, 8)} at ${height}, which is on the ledger at ${before}`
      })
      const over = this.#over.get(record)
      hold(
        over === undefined,
        'acknowledged is kept',
        () => `record ${record.slice(0, 8)} is committed after it was ${over}`,
      )
      this.#ledger.set(record, height)
    }
  }

  #recordsAreFresh(
    node: Observed,
    { height, timeMs }: CommittedBlock,
    writes: readonly Write[],
  ): void {
    const bytes =
      writes.find(({ key }) => key === storageKey.body(height))?.value ?? new Uint8Array()
    const body = decodeBody(bytes, this.#genesis.document.parameters)
    for (const envelope of isRejection(body) ? [] : body.envelopes) {
      const record = parseEnvelope(envelope)
      const fresh = !isRejection(record) && record.ledger.expires > timeMs
      hold(
        fresh,
        'ledger time',
        () => `${node.name} commits a record at ${height} that is malformed or expired`,
      )
    }
  }

  #acknowledges(node: Observed, record: Digest, height: number): void {
    hold(this.#ledger.get(record) === height, 'acknowledged is kept', () => {
      return `${node.name} acknowledges record ${record.slice(0, 8)} at ${height}, where it is not`
    })
    const durable = node.disk.get(storageKey.record(record)) !== undefined
    hold(
      durable,
      'acknowledged is kept',
      () => `${node.name} acknowledges record ${record.slice(0, 8)} before it is durable`,
    )
    this.#acknowledged.set(record, height)
  }

  #givesUp(node: Observed, record: Digest, outcome: Outcome): void {
    const { status } = outcome
    hold(!this.#ledger.has(record), 'acknowledged is kept', () => {
      return `${node.name} calls record ${record.slice(0, 8)} ${status}, which is on the ledger`
    })
    if (outcome.status === 'refused' && MENDABLE.has(outcome.rejection.rejected)) return
    this.#over.set(record, `${status} at ${node.name}`)
  }

  /** The state tree has the root that the block's header names. */
  durable(node: Observed, height: number): void {
    if (node.faulty) return
    const headerBytes = node.disk.get(storageKey.header(height))
    const header = headerBytes === undefined ? undefined : decodeHeader(headerBytes)
    const same =
      header !== undefined && !isRejection(header) && header.stateRoot === treeRoot(node.disk)
    hold(same, 'state root', () => `${node.name} has another state than block ${height} says`)
  }

  /** Nobody is made to believe in a height that no quorum decided; a liar may have been the first to decide one. */
  stepped(node: Observed): void {
    if (node.faulty || this.#steps++ % STATUS_EVERY_STEPS !== 0) return
    const target = node.status()?.targetHeight ?? 0
    hold(
      target <= this.height + 1,
      'commit proof',
      () => `${node.name} believes in height ${target}`,
    )
  }

  /** Every block and every record is in the store of this node, and its state has the root that the head names. */
  verifyStore(node: Observed): void {
    this.#verifyState(node)
    for (const [height, { id }] of this.#decided) {
      const header = node.disk.get(storageKey.header(height))
      const same = header !== undefined && blockIdOf(header) === id
      hold(same, 'agreement', () => `${node.name} does not store block ${height}`)
    }
    for (const record of this.#ledger.keys()) {
      const kept = node.disk.get(storageKey.record(record)) !== undefined
      hold(kept, 'acknowledged is kept', () => `${node.name} lacks record ${record.slice(0, 8)}`)
    }
  }

  #verifyState(node: Observed): void {
    const headerBytes = node.disk.get(storageKey.header(this.height))
    const header = headerBytes === undefined ? undefined : decodeHeader(headerBytes)
    if (header === undefined || isRejection(header)) return
    const entries = [...node.disk.store]
      .filter(([key]) => key.startsWith(PREFIXES.state))
      .map(([key, value]) => ({ key: key.slice(PREFIXES.state.length), value }))
    const root = rebuildRoot(entries)
    hold(
      root === header.stateRoot,
      'state root',
      () => `${node.name} has another state than block ${header.height} says`,
    )
  }
}

/** Two honest nodes may hold different proofs of one block; everything else is the same to the byte. */
function hashOfWrites(writes: readonly Write[], height: number): string {
  const hash = createHash('sha256')
  const sorted = writes
    .filter(({ key }) => key !== storageKey.proof(height))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  for (const { key, value } of sorted) {
    hash.update(`${key} ${value?.length ?? 'none'} `)
    if (value !== undefined) hash.update(value)
  }
  return hash.digest('hex')
}
