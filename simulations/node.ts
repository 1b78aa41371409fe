import type { Genesis } from '../protocol/chain/genesis.ts'
import { signableOf } from '../protocol/consensus/message.ts'
import { type Digest, digestOf } from '../protocol/digest.ts'
import type { SignatureCheck, Signer } from '../protocol/ports.ts'
import { genesisWrites } from '../protocol/replica/blocks/genesis-writes.ts'
import type { CommittedBlock, ReplicaEffect } from '../protocol/replica/effect.ts'
import type { ReplicaInput, ReplicaTimer } from '../protocol/replica/input.ts'
import { createReplica, type Replica, type ReplicaStatus } from '../protocol/replica/replica.ts'
import { describeAccusation } from './accusation.ts'
import type { Actor, MakeActor, Outgoing } from './byzantine/actor.ts'
import type { EventQueue } from './clock/event-queue.ts'
import type { NodeClock } from './clock/node-clock.ts'
import type { Disk } from './disk.ts'
import { Flood, packGossip, unpackGossip } from './gossip.ts'
import type { Listener, Network, Packet } from './network.ts'
import type { Observed, Observer } from './observer.ts'
import type { Random } from './random.ts'
import { RejoinWait } from './rejoin-wait.ts'
import { describeStatement, readSignable } from './signable-reader.ts'
import type { KeyPair, SignatureScheme } from './signatures.ts'
import type { Story } from './story.ts'
import { hold, Violation } from './violation.ts'

export interface NodeParts {
  readonly place: number
  readonly member: number
  readonly genesis: Genesis
  readonly key: KeyPair
  readonly scheme: SignatureScheme
  readonly queue: EventQueue
  readonly network: Network
  readonly disk: Disk
  readonly clock: NodeClock
  readonly random: Random
  readonly story: Story
  readonly observers: readonly Observer[]
  /** Where the nodes of a member are: more than one place when two share a key. */
  readonly placesOf: (member: number) => readonly number[]
  readonly memberAt: (place: number) => number
  readonly isFaulty: (place: number) => boolean
  readonly faulty: boolean
  readonly makeActor: MakeActor | undefined
}

const VERIFY_MS = 0.1
const YIELD_MS = 0.2

/** One real Replica with an invented disk, clock and network around it: what the daemon's driver is in the real world. */
export class SimulatedNode implements Observed, Listener {
  readonly place: number
  readonly member: number
  readonly name: string
  readonly faulty: boolean
  readonly disk: Disk
  readonly clock: NodeClock
  readonly #parts: NodeParts
  readonly #actor: Actor | undefined
  #replica: Replica | undefined
  #flood = new Flood()
  #life = 0
  #effectsLeft = Number.POSITIVE_INFINITY
  #barrierIsDeath = false
  #rejoin: RejoinWait | undefined
  #verifying = 0
  readonly #timers = new Map<ReplicaTimer['name'], number>()
  readonly #connections = new Map<number, Set<number>>()

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.place = parts.place
    this.member = parts.member
    this.faulty = parts.faulty
    this.disk = parts.disk
    this.clock = parts.clock
    const twin = parts.placesOf(parts.member).indexOf(parts.place)
    this.name = `n${parts.member}${twin === 0 ? '' : "'"}${parts.faulty ? '*' : ''}`
    this.#actor = parts.makeActor?.(this.#tools())
    this.disk.install(genesisWrites(parts.genesis))
  }

  get verifying(): number {
    return this.#verifying
  }

  /** Gossip messages that no verdict was given on yet. */
  get unjudged(): number {
    return this.#flood.waiting
  }

  get alive(): boolean {
    return this.#replica !== undefined
  }

  status(): ReplicaStatus | undefined {
    return this.#replica?.status()
  }

  /** What a rejoin record must name to let this node sign again; undefined where nothing is lost. */
  get rejoinNonce(): Digest | undefined {
    return this.#rejoin?.nonce
  }

  /** Follows without a word: its guard is lost, or was begun anew since the last start. */
  get isMute(): boolean {
    return this.#rejoin !== undefined
  }

  /** Starts the process: what the disk holds is all it knows. */
  start(): void {
    if (this.alive) return
    const { log, guard } = this.disk.recover()
    const { genesis, member } = this.#parts
    this.#life++
    this.#flood = new Flood()
    this.#verifying = 0
    this.spare()
    this.#guarded(() => {
      const { guardIsLost } = this.disk
      this.#rejoin = guardIsLost ? new RejoinWait(this.#parts) : undefined
      const signer = guardIsLost ? null : this.#signer()
      this.#replica = createReplica({
        genesis,
        self: member,
        signer,
        reader: this.disk,
        log,
        guard,
      })
    })
    if (!this.alive) return
    const guarded = guard === null ? 'nothing signed yet' : `guard at ${guard.height}/${guard.view}`
    this.tell(`starts: ${log.length} entries in the log, ${guarded}`)
    for (const observer of this.#parts.observers) observer.started?.(this)
    this.input({ kind: 'start' })
    if (this.alive) this.#parts.network.join(this.place, this)
  }

  /** The process dies at once. What was not synced may be lost. */
  crash(): void {
    if (!this.alive) return
    this.#replica = undefined
    this.#life++
    this.#timers.clear()
    this.#connections.clear()
    this.#parts.network.leave(this.place)
    this.disk.crash()
    this.tell('crashes')
    for (const observer of this.#parts.observers) observer.stopped?.(this)
  }

  /** Power and disk fail together; the consensus key is restored. */
  loseDisk(): void {
    this.crash()
    this.tell('loses its disk')
    this.disk.lose(genesisWrites(this.#parts.genesis))
  }

  /** Dies after so many more effects: between any two of them. */
  crashWithin(effects: number): void {
    this.#effectsLeft = effects
  }

  /** Dies as soon as the next barrier is under way, so that the disk decides what of it is left. */
  crashAtBarrier(): void {
    this.#barrierIsDeath = true
  }

  /** Takes back what `crashWithin` and `crashAtBarrier` have laid. */
  spare(): void {
    this.#barrierIsDeath = false
    this.#effectsLeft = Number.POSITIVE_INFINITY
  }

  input(input: ReplicaInput): void {
    const replica = this.#replica
    if (replica === undefined) return
    this.#parts.story.trace(`${this.#parts.queue.nowMs} ${this.name} ${input.kind}`)
    const effects = this.#guarded(() => replica.step(input, this.clock.wallMs()))
    for (const effect of effects ?? []) {
      if (this.#effectsLeft-- <= 0) this.crash()
      if (this.#replica !== replica) return
      for (const observer of this.#parts.observers) observer.effect?.(this, effect)
      this.#guarded(() => this.#run(effect))
      if (effect.kind === 'persist' && this.#barrierIsDeath) this.crash()
    }
    for (const observer of this.#parts.observers) observer.stepped?.(this)
  }

  receive({ from, channel, bytes }: Packet): void {
    const member = this.#parts.memberAt(from)
    if (this.#actor?.hears?.(member, channel, bytes) === false) return
    if (channel === 'direct') this.input({ kind: 'frame', from: member, bytes })
    else this.#receiveGossip(from, member, bytes)
  }

  connection(peer: number, up: boolean): void {
    const member = this.#parts.memberAt(peer)
    if (member === this.member) return
    const places = this.#connections.get(member) ?? new Set<number>()
    this.#connections.set(member, places)
    const before = places.size > 0
    if (up) places.add(peer)
    else places.delete(peer)
    const connected = places.size > 0
    if (connected !== before) this.input({ kind: 'peer', member, connected })
  }

  tell(what: string): void {
    this.#parts.story.tell(this.name, what)
  }

  #run(effect: ReplicaEffect): void {
    switch (effect.kind) {
      case 'send':
        return this.#send(effect.to, 'direct', effect.bytes)
      case 'broadcast':
        return this.#toOthers('direct', effect.bytes)
      case 'gossip':
        if (this.#flood.publish(packGossip(effect))) this.#toOthers('gossip', packGossip(effect))
        return
      case 'gossip-verdict':
        return this.#judge(effect.ref, effect.verdict)
      case 'verify':
        return this.#verify(effect.job, effect.checks)
      case 'log':
        return this.disk.append(effect.entry)
      case 'persist':
        return this.disk.persist(effect.guard, () =>
          this.input({ kind: 'persisted', job: effect.job }),
        )
      case 'commit':
        return this.#commit(effect.block, effect)
      case 'timer':
        return this.#startTimer(effect.timer, effect.ms)
      case 'yield':
        return this.#later(YIELD_MS, () => this.input({ kind: 'resume' }))
      case 'accuse':
        return this.tell(`accuses: ${describeAccusation(effect)}`)
      case 'alarm':
        return this.tell(`raises an alarm: ${effect.alarm}, ${effect.detail}`)
      case 'answer':
      case 'settled':
        return
    }
  }

  #commit(block: CommittedBlock, effect: Extract<ReplicaEffect, { kind: 'commit' }>): void {
    const { height, id, view, records } = block
    this.tell(`decides ${height} in view ${view}: ${id.slice(0, 8)}, ${records.length} records`)
    this.disk.commit(effect.height, effect.writes, () => {
      for (const observer of this.#parts.observers) observer.durable?.(this, height, id)
      this.input({ kind: 'committed', height })
      if (this.#rejoin?.begin(this.disk)) this.tell(`rejoins, and signs when it starts again`)
    })
  }

  #verify(job: number, checks: readonly SignatureCheck[]): void {
    this.#verifying++
    this.#later(VERIFY_MS * checks.length, () => {
      this.#verifying--
      const results = checks.map((check) => this.#parts.scheme.verify(check))
      this.input({ kind: 'verified', job, results })
    })
  }

  #startTimer(timer: ReplicaTimer, ms: number): void {
    const turn = (this.#timers.get(timer.name) ?? 0) + 1
    this.#timers.set(timer.name, turn)
    const life = this.#life
    this.clock.after(ms, () => {
      const current = life === this.#life && this.#timers.get(timer.name) === turn
      if (current) this.input({ kind: 'timer', timer })
    })
  }

  #later(ms: number, action: () => void): void {
    const life = this.#life
    this.#parts.queue.after(ms, () => {
      if (life === this.#life) action()
    })
  }

  #receiveGossip(from: number, member: number, packed: Uint8Array): void {
    const message = unpackGossip(packed)
    const ref = message === undefined ? undefined : this.#flood.receive(from, packed)
    if (message !== undefined && ref !== undefined)
      this.input({ kind: 'gossip', ref, from: member, ...message })
  }

  #judge(ref: number, verdict: 'accept' | 'ignore' | 'reject'): void {
    const judged = this.#flood.judge(ref)
    hold(judged !== undefined, 'one answer', () => `${this.name} judges a gossip message twice`)
    if (judged === undefined) return
    const source = this.#parts.memberAt(judged.from)
    const blamesHonest = verdict === 'reject' && !this.faulty && !this.#parts.isFaulty(judged.from)
    hold(
      !blamesHonest,
      'honest traffic is not rejected',
      () => `${this.name} rejects gossip from honest n${source}`,
    )
    if (verdict !== 'accept') return
    this.#toOthers('gossip', judged.packed, source)
  }

  #toOthers(channel: Outgoing['channel'], bytes: Uint8Array, except?: number): void {
    for (let to = 0; to < this.#parts.genesis.committee.members.length; to++) {
      if (to !== this.member && to !== except) this.#send(to, channel, bytes)
    }
  }

  #send(to: number, channel: Outgoing['channel'], bytes: Uint8Array): void {
    const message = { to, channel, bytes, delayMs: 0 }
    const rewritten = this.#actor?.rewrite(message) ?? [message]
    for (const one of rewritten) this.#transmit(one)
  }

  #transmit(message: Outgoing): void {
    if (message.delayMs > 0) {
      return this.#later(message.delayMs, () => this.#transmit({ ...message, delayMs: 0 }))
    }
    const { to, channel, bytes } = message
    for (const observer of this.#parts.observers) observer.left?.(this, message)
    for (const place of this.#parts.placesOf(to)) {
      this.#parts.network.send({ from: this.place, to: place, channel, bytes })
    }
  }

  /** An honest node's key signs only what its durable guard names (ports.ts, Signer). */
  #signer(): Signer {
    return {
      sign: (signable) => {
        const guard = this.disk.guard
        const digest = digestOf(signable)
        const named = [guard?.prePrepare, guard?.prepare, guard?.commit].includes(digest)
        const statement = readSignable(signable)
        const what = statement === undefined ? 'something else' : describeStatement(statement)
        hold(
          named || this.faulty,
          'sent implies persisted',
          () => `${this.name} signs ${what} before its guard is durable`,
        )
        this.tell(`signs ${what}`)
        for (const observer of this.#parts.observers) observer.signed?.(this, signable)
        return this.#parts.scheme.sign(this.#parts.key, signable)
      },
    }
  }

  #tools(): Parameters<MakeActor>[0] {
    const { genesis, member, random, scheme, key } = this.#parts
    return {
      self: member,
      members: genesis.committee.members.length,
      genesis,
      random: random.fork('actor'),
      reader: this.disk,
      sign: (draft) => {
        const signable = signableOf(genesis.chain, draft)
        for (const observer of this.#parts.observers) observer.signed?.(this, signable)
        return { ...draft, signature: scheme.sign(key, signable) }
      },
      send: (message) => this.#transmit(message),
    }
  }

  /** An exception in an honest node is our own bug; a faulty one just dies of its own lies. */
  #guarded<T>(action: () => T): T | undefined {
    try {
      return action()
    } catch (cause) {
      if (cause instanceof Violation && cause.invariant !== 'no exception') throw cause
      if (!this.faulty)
        throw new Violation('no exception', `${this.name}: ${String(cause)}`, { cause })
      this.tell(`dies of its own lies: ${String(cause)}`)
      this.crash()
      return undefined
    }
  }
}
