import { EMPTY_BYTES } from '../../protocol/bytes.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { Reader } from '../../protocol/ports.ts'
import { type Query, runQuery, type ScanningReader } from '../../protocol/queries/query.ts'
import { type LedgerView, stateView } from '../../protocol/queries/read-record.ts'
import { genesisWrites } from '../../protocol/replica/blocks/genesis-writes.ts'
import type { ReplicaEffect, SubmitAnswer } from '../../protocol/replica/effect.ts'
import { type ArtefactState, readArtefact } from '../../protocol/rules/artefact-state.ts'
import { PREFIXES, storageKey } from '../../protocol/storage-keys.ts'
import { encodeRecordBatch } from '../../protocol/wire/gossip.ts'
import type { WireMessage } from '../../protocol/wire/message.ts'
import { encodeWireMessage } from '../../protocol/wire/message-codec.ts'
import type { MakeActor, Outgoing } from '../byzantine/actor.ts'
import { frameIn } from '../byzantine/rewording.ts'
import { WORLD_EPOCH_MS } from '../clock/node-clock.ts'
import type { ActorName, WorldPlan } from '../faults.ts'
import { packGossip } from '../gossip.ts'
import type { Person } from '../invented-network.ts'
import { PERFECT_LINKS } from '../network.ts'
import type { SimulatedNode } from '../node.ts'
import type { Observed, Observer } from '../observer.ts'
import type { SignedRecord, Signing } from '../records.ts'
import { readSignable } from '../signable-reader.ts'
import { World } from '../world.ts'

export interface StageOptions {
  /** Who lies, and how: as one of the cast, or by an actor of the scenario's own. */
  readonly liars?: ReadonlyMap<number, ActorName | MakeActor>
  readonly dishonestAuthors?: readonly string[]
}

const SIZE = 4
const CONNECTED_WITHIN_MS = 2_000
const ANSWER_WITHIN_MS = 5_000
const LIFETIME_MS = 600_000
const FIRST_REF = 1_000_000

/** Four organisations on a good day, for one scripted attack; real Ed25519, and every invariant watches. */
export class Stage implements Observer {
  readonly world: World
  readonly accused = new Set<string>()
  readonly views = new Map<number, number>()
  readonly checksAsked = new Map<number, number>()
  /** By place: what its clients were told of their records' fate. */
  readonly settled = new Map<number, string[]>()
  /** Called with the kind of each statement that an honest node signs. */
  onSigning: ((node: Observed, kind: string) => void) | undefined
  readonly #answers = new Map<number, SubmitAnswer>()
  #leaving: ((message: Outgoing, frame: WireMessage) => void) | undefined
  #nextRef = FIRST_REF
  #nextNonce = 1

  constructor({ liars = new Map(), ...options }: StageOptions = {}) {
    const plan: WorldPlan = {
      seed: 0,
      size: SIZE,
      signatures: 'ed25519',
      links: PERFECT_LINKS,
      syncMeanMs: 0.2,
      disorderly: new Set(),
      loser: undefined,
      clocks: [],
      liars,
      rates: QUIET,
      workload: { intervalMeanMs: 1_000, lifetimeMinMs: LIFETIME_MS, lifetimeMaxMs: LIFETIME_MS },
      chaosMs: 0,
    }
    this.world = new World({ plan, observers: [this], ...options })
    this.world.begin()
    this.world.runUntil(CONNECTED_WITHIN_MS)
  }

  /** Calls back for every direct frame that leaves an honest node. */
  onLeaving(listener: (message: Outgoing, frame: WireMessage) => void): void {
    this.#leaving = listener
  }

  signed(node: Observed, signable: Uint8Array): void {
    this.onSigning?.(node, readSignable(signable)?.kind ?? '')
  }

  left(node: Observed, message: Outgoing): void {
    const frame = node.faulty ? undefined : frameIn(message)
    if (frame !== undefined) this.#leaving?.(message, frame)
  }

  effect(node: Observed, effect: ReplicaEffect): void {
    if (effect.kind === 'answer') this.#answers.set(effect.ref, effect.answer)
    if (effect.kind === 'settled') {
      this.settled.set(node.place, [...(this.settled.get(node.place) ?? []), effect.outcome.status])
    }
    if (effect.kind === 'accuse') this.accused.add(effect.evidence.kind)
    if (effect.kind === 'commit' && !node.faulty) this.views.set(effect.height, effect.block.view)
    if (effect.kind === 'verify') {
      const before = this.checksAsked.get(node.place) ?? 0
      this.checksAsked.set(node.place, before + effect.checks.length)
    }
  }

  node(member: number): SimulatedNode {
    const node = this.world.nodes[member]
    if (node === undefined) throw new Error(`there is no member ${member} on this stage`)
    return node
  }

  person(member: number): Person {
    const person = this.world.invented.persons[member]
    if (person === undefined)
      throw new Error(`there is no person of member ${member} on this stage`)
    return person
  }

  /** What a record of this author needs besides its content. */
  signing(author: Person, changes: Partial<Signing> = {}): Signing {
    const expires = WORLD_EPOCH_MS + Math.floor(this.world.queue.nowMs) + LIFETIME_MS
    const chain = this.world.invented.genesis.chain
    return {
      chain,
      scheme: this.world.scheme,
      author,
      nonce: this.#nextNonce++,
      expires,
      ...changes,
    }
  }

  /** Submits through the local RPC of a member. @returns the code of a refusal, or the status */
  submit(member: number, envelope: Uint8Array): string {
    const ref = this.#nextRef++
    this.node(member).input({ kind: 'submit', ref, envelope })
    this.world.runUntil(ANSWER_WITHIN_MS, () => this.#answers.has(ref))
    const answer = this.#answers.get(ref)
    if (answer === undefined) return 'no answer'
    return answer.status === 'refused' ? answer.rejection.rejected : answer.status
  }

  /** The answer of every member, as one text when they agree. */
  submitEverywhere(envelope: Uint8Array): string {
    const answers = this.world.nodes.map(({ member }) => this.submit(member, envelope))
    return [...new Set(answers)].join(' / ')
  }

  /** Submits and waits until every living honest node has it. @returns false when that did not happen in time */
  commit(member: number, record: SignedRecord, withinMs = 20_000): boolean {
    this.submit(member, record.envelope)
    return this.world.runUntil(withinMs, () => this.everyoneHas(record.id))
  }

  /** The store of a node on its first day. */
  emptyReader(): Reader {
    const writes = new Map(
      genesisWrites(this.world.invented.genesis).map(({ key, value }) => [key, value]),
    )
    return { get: (key) => writes.get(key) }
  }

  run(ms: number): void {
    this.world.runUntil(ms)
  }

  has(member: number, record: Digest): boolean {
    return this.node(member).disk.get(storageKey.record(record)) !== undefined
  }

  everyoneHas(record: Digest): boolean {
    return this.world.honest.every(({ alive, member }) => !alive || this.has(member, record))
  }

  nobodyHas(record: Digest): boolean {
    return this.world.honest.every(({ member }) => !this.has(member, record))
  }

  /** What the state of an honest member says of an artefact, for each of them. */
  artefactEverywhere(id: Digest): readonly (ArtefactState | undefined)[] {
    return this.world.honest.map(({ disk }) => readArtefact(stateView(disk), id))
  }

  /** A question to the ledger of one member, as its local API would answer it. */
  ask<T>(member: number, question: (ledger: LedgerView) => Query<T>): T {
    const { disk } = this.node(member)
    const keys = [...disk.store.keys()].sort()
    const store: ScanningReader = {
      get: (key) => disk.get(key),
      scan: ({ prefix, after = '', limit }) =>
        keys
          .filter((key) => key.startsWith(prefix) && key > after)
          .slice(0, limit)
          .flatMap((key) => ({ key, value: disk.get(key) ?? EMPTY_BYTES })),
    }
    return runQuery(question({ reader: store, genesis: this.world.invented.genesis }), store)
  }

  /** In the store of every honest member alike. */
  evidenceOnLedger(): number {
    const counts = this.world.honest.map(({ disk }) => {
      return [...disk.store.keys()].filter((key) => key.startsWith(PREFIXES.evidence)).length
    })
    return Math.min(...counts)
  }

  poolsAreEmpty(): boolean {
    return this.world.honest.every((node) => (node.status()?.poolRecords ?? 0) === 0)
  }

  /** An insider's modified node sends a frame past all of its own checks. */
  sendFrame(from: number, to: number, frame: WireMessage | Uint8Array): void {
    const bytes = frame instanceof Uint8Array ? frame : encodeWireMessage(frame)
    this.world.network.send({ from, to, channel: 'direct', bytes })
  }

  /** The same for records: by gossip and by direct stream, to everyone. */
  forward(from: number, ...envelopes: readonly Uint8Array[]): void {
    const gossip = packGossip({ topic: 'records', bytes: encodeRecordBatch(envelopes) })
    for (const { place } of this.world.nodes) {
      if (place === from) continue
      this.world.network.send({ from, to: place, channel: 'gossip', bytes: gossip })
      this.sendFrame(from, place, { kind: 'records', envelopes })
    }
  }
}

const QUIET = {
  crashMeanMs: Number.POSITIVE_INFINITY,
  downMeanMs: 0,
  midStep: 0,
  atBarrier: 0,
  partitionMeanMs: Number.POSITIVE_INFINITY,
  partitionLengthMeanMs: 0,
  clogMeanMs: Number.POSITIVE_INFINITY,
  clogLengthMeanMs: 0,
  clockStepMeanMs: Number.POSITIVE_INFINITY,
  muffleMeanMs: Number.POSITIVE_INFINITY,
  muffleLengthMeanMs: 0,
  duelMeanMs: Number.POSITIVE_INFINITY,
  duelLengthMeanMs: 0,
  diskLossMeanMs: Number.POSITIVE_INFINITY,
}
