import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { type Digest, digestOf } from '../../../protocol/digest.ts'
import type { VerifySignature } from '../../../protocol/ports.ts'
import { genesisWrites } from '../../../protocol/replica/blocks/genesis-writes.ts'
import type { Outcome, ReplicaEffect, SubmitAnswer } from '../../../protocol/replica/effect.ts'
import type { ReplicaInput, ReplicaTimer } from '../../../protocol/replica/input.ts'
import { createReplica, type Replica } from '../../../protocol/replica/replica.ts'
import { TEST_TIME_MS } from '../../support/records.ts'
import { readSigned, type SignedPlace } from './signed-place.ts'
import { type Loss, TestDisk } from './test-disk.ts'
import { fakeSignature, fakeVerifier } from './test-keys.ts'

type EffectOf<K extends ReplicaEffect['kind']> = Extract<ReplicaEffect, { kind: K }>
export type Sent = EffectOf<'send' | 'broadcast' | 'gossip'>
/** What only the test may carry out, when it says so. */
export type Held = 'verify' | 'persist' | 'commit' | 'yield'

export interface TestNodeOptions {
  readonly genesis: Genesis
  /** Index in the committee; null for a follower. */
  readonly self?: number | null
  readonly mute?: boolean
  readonly hold?: readonly Held[]
}

/** Thrown out of a step to end a life. */
export class PowerCut extends Error {}

/** One real replica with a disk in memory, whose effects are carried out at once unless they are held. */
export class TestNode {
  readonly genesis: Genesis
  readonly self: number | null
  readonly disk = new TestDisk()
  readonly hold: Set<Held>
  readonly verify: VerifySignature
  nowMs = TEST_TIME_MS
  replica: Replica
  /** Every effect of the present life, in order. */
  effects: ReplicaEffect[] = []
  sent: Sent[] = []
  held: ReplicaEffect[] = []
  readonly timers = new Map<
    ReplicaTimer['name'],
    { readonly timer: ReplicaTimer; readonly dueMs: number }
  >()
  /** Of all lives: what the key signed where. */
  readonly signed = new Map<string, Set<Digest>>()
  readonly settled = new Map<Digest, Outcome>()
  /** Called before each effect; may throw PowerCut. */
  beforeEffect: (effect: ReplicaEffect) => void = () => {}
  #inputs: ReplicaInput[] = []
  #ref = 1
  readonly #mute: boolean

  constructor(options: TestNodeOptions) {
    this.genesis = options.genesis
    this.self = options.self === undefined ? 0 : options.self
    this.#mute = options.mute ?? false
    this.hold = new Set(options.hold ?? [])
    this.verify = fakeVerifier(options.genesis)
    this.disk.store.apply(genesisWrites(options.genesis))
    this.replica = this.#create()
  }

  get height(): number {
    return this.replica.status().height
  }

  start(): readonly ReplicaEffect[] {
    return this.input({ kind: 'start' })
  }

  /** A new life, out of what the disk holds. */
  restart(loss: Loss = 'the barrier'): readonly ReplicaEffect[] {
    this.disk.crash(loss)
    this.#inputs = []
    this.effects = []
    this.sent = []
    this.held = []
    this.timers.clear()
    this.replica = this.#create()
    return this.start()
  }

  /** @returns the effects of this input and of the answers to what was carried out */
  input(...inputs: readonly ReplicaInput[]): readonly ReplicaEffect[] {
    const from = this.effects.length
    this.#inputs.push(...inputs)
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      // A barrier that the replica was told of is down: no crash takes it back.
      if (next.kind === 'persisted') this.disk.persisted()
      for (const effect of this.replica.step(next, this.nowMs)) {
        this.beforeEffect(effect)
        this.effects.push(effect)
        if (this.hold.has(effect.kind as Held)) this.held.push(effect)
        else this.#carryOut(effect)
      }
    }
    return this.effects.slice(from)
  }

  /** Carries out what is held, the oldest first. */
  release(kind?: Held): readonly ReplicaEffect[] {
    const at = this.held.findIndex((effect) => kind === undefined || effect.kind === kind)
    const [effect] = at < 0 ? [] : this.held.splice(at, 1)
    if (effect === undefined) throw new Error(`nothing is held of ${kind ?? 'any kind'}`)
    this.#carryOut(effect)
    return this.input()
  }

  submit(envelope: Uint8Array): SubmitAnswer | undefined {
    const ref = this.#ref++
    const effects = this.input({ kind: 'submit', ref, envelope })
    return effects.find(
      (effect): effect is EffectOf<'answer'> => effect.kind === 'answer' && effect.ref === ref,
    )?.answer
  }

  /** @returns the verdict on it */
  gossip(from: number, topic: 'records' | 'blocks', bytes: Uint8Array): string | undefined {
    const ref = this.#ref++
    const effects = this.input({ kind: 'gossip', ref, from, topic, bytes })
    const verdicts = effects.filter(
      (effect) => effect.kind === 'gossip-verdict' && effect.ref === ref,
    )
    if (verdicts.length > 1) throw new Error('one message has two verdicts')
    return (verdicts[0] as EffectOf<'gossip-verdict'> | undefined)?.verdict
  }

  /** The timer that is due next fires, and its time is now. @returns false when none runs */
  fireTimer(name?: ReplicaTimer['name']): boolean {
    const due = [...this.timers.values()]
      .filter(({ timer }) => name === undefined || timer.name === name)
      .sort((a, b) => a.dueMs - b.dueMs)[0]
    if (due === undefined) return false
    this.timers.delete(due.timer.name)
    this.nowMs = Math.max(this.nowMs, due.dueMs)
    this.input({ kind: 'timer', timer: due.timer })
    return true
  }

  /** What was sent since the last call. */
  takeSent(): readonly Sent[] {
    const sent = this.sent
    this.sent = []
    return sent
  }

  #create(): Replica {
    const { genesis, self, disk } = this
    const signer =
      this.#mute || self === null ? null : { sign: (signable: Uint8Array) => this.#sign(signable) }
    return createReplica({
      genesis,
      self,
      signer,
      reader: disk,
      log: [...disk.log],
      guard: disk.guard,
    })
  }

  /** The key signs only what the durable guard names. */
  #sign(signable: Uint8Array): Uint8Array {
    const { guard } = this.disk
    const digest = digestOf(signable)
    if (![guard?.prePrepare, guard?.prepare, guard?.commit].includes(digest)) {
      throw new Error('the guard does not name what is to be signed')
    }
    const place = placeOf(readSigned(signable))
    this.signed.set(place, (this.signed.get(place) ?? new Set()).add(digest))
    const key = this.genesis.committee.members[this.self ?? 0]?.consensusKey
    return fakeSignature(key ?? new Uint8Array(), signable)
  }

  #carryOut(effect: ReplicaEffect): void {
    switch (effect.kind) {
      case 'verify':
        this.#inputs.push({
          kind: 'verified',
          job: effect.job,
          results: effect.checks.map(this.verify),
        })
        return
      case 'log':
        return this.disk.append(effect.entry)
      case 'persist':
        this.disk.persist(effect.guard)
        this.#inputs.push({ kind: 'persisted', job: effect.job })
        return
      case 'commit':
        this.disk.commit(effect.writes)
        this.#inputs.push({ kind: 'committed', height: effect.height })
        return
      case 'yield':
        this.#inputs.push({ kind: 'resume' })
        return
      case 'timer':
        this.timers.set(effect.timer.name, { timer: effect.timer, dueMs: this.nowMs + effect.ms })
        return
      case 'settled':
        this.settled.set(effect.record, effect.outcome)
        return
      case 'accuse':
      case 'alarm':
      case 'answer':
      case 'gossip-verdict':
        return
      case 'send':
      case 'broadcast':
      case 'gossip':
        this.sent.push(effect)
    }
  }
}

function placeOf({ type, height, view }: SignedPlace): string {
  return `${height}/${view}/${type}`
}

/** The effects of one kind, in order. */
export function effectsOf<K extends ReplicaEffect['kind']>(
  effects: readonly ReplicaEffect[],
  kind: K,
): EffectOf<K>[] {
  return effects.filter((effect): effect is EffectOf<K> => effect.kind === kind)
}
