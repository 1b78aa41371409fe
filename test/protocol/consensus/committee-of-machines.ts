import assert from 'node:assert/strict'
import type { CommitProof } from '../../../protocol/chain/commit-proof.ts'
import { faultsTolerated, quorum } from '../../../protocol/chain/committee.ts'
import { DEFAULT_PARAMETERS } from '../../../protocol/chain/parameters.ts'
import type { ConsensusEffect } from '../../../protocol/consensus/effect.ts'
import type { ConsensusInput, TimerName } from '../../../protocol/consensus/input.ts'
import type {
  Commit,
  ConsensusMessage,
  Draft,
  Prepare,
  Vote,
} from '../../../protocol/consensus/message.ts'
import { createHeight, type HeightState } from '../../../protocol/consensus/state.ts'
import { stepHeight } from '../../../protocol/consensus/step.ts'
import type { Digest } from '../../../protocol/digest.ts'
import { NO_VIEW } from '../../../protocol/signables.ts'
import { block, HEIGHT, hears, machine, NOW_MS, signed } from './machine-harness.ts'

/** What travels to one honest member. Its own messages and its own block reach it in any case. */
type Packet =
  | {
      readonly to: number
      readonly kind: 'inputs'
      readonly inputs: readonly ConsensusInput[]
      readonly own: boolean
    }
  /** The body of a block, on its way from whoever has it. */
  | { readonly to: number; readonly kind: 'body'; readonly block: Digest }

interface Timer {
  readonly view: number
  readonly dueMs: number
}

interface Member {
  readonly index: number
  readonly state: HeightState
  readonly timers: Map<TimerName, Timer>
  /** For the replay: all it was told, and all it answered. */
  readonly inputs: ConsensusInput[]
  readonly effects: ConsensusEffect[]
  readonly said: Draft[]
  proof: CommitProof | undefined
}

const VIEWS_MAX = 200
const EVENTS_MAX = 60_000

/**
 * One height of a whole committee: honest machines, up to f members that say whatever they like, and a
 * network that a script of numbers runs. What must never happen is asserted as soon as it could.
 */
export class CommitteeOfMachines {
  readonly members: Member[]
  readonly #size: number
  readonly #faulty: ReadonlySet<number>
  readonly #invalid = new Set<Digest>()
  readonly #votes = new Map<string, Set<number>>()
  readonly #blocks: Digest[] = []
  readonly #equivocated = new Set<string>()
  #packets: Packet[] = []
  #nowMs = 0

  constructor(size: number, faulty: readonly number[]) {
    assert.ok(faulty.length <= faultsTolerated(size))
    this.#size = size
    this.#faulty = new Set(faulty)
    const honest = Array.from({ length: size }, (_, index) => index).filter(
      (index) => !this.#faulty.has(index),
    )
    this.members = honest.map((index) => ({
      index,
      state: machine(index, {
        size,
        proposer: (view) => view % size,
        parameters: DEFAULT_PARAMETERS,
      }),
      timers: new Map(),
      inputs: [],
      effects: [],
      said: [],
      proof: undefined,
    }))
  }

  /** One event, chosen by a number: a delivery, a loss, a repetition, a time-out, a lie, or work. */
  play(choice: number): void {
    const operation = choice % 16
    const argument = Math.floor(choice / 16)
    if (operation < 7) this.#deliver(argument, true)
    else if (operation === 7) this.#lose(argument)
    else if (operation === 8) this.#deliver(argument, false)
    else if (operation < 13) this.#fire(argument)
    else if (operation < 15) this.#lie(argument)
    else this.#tell(this.#member(argument), { kind: 'work' })
  }

  /** The network heals: everything arrives at once, and timers run out in their order, until all have decided. */
  heal(): void {
    for (const member of this.members) this.#tell(member, { kind: 'work' })
    for (let events = 0; this.members.some(({ proof }) => proof === undefined); events++) {
      assert.ok(events < EVENTS_MAX, 'a healthy network decides')
      if (this.#packets.length > 0) this.#deliver(0, true)
      else this.#fireNext()
    }
  }

  assertReplay({ state, inputs, effects }: Member): void {
    const again = createHeight(state.context)
    assert.deepEqual(
      inputs.flatMap((input) => stepHeight(again, input)),
      effects,
    )
  }

  #member(argument: number): Member {
    return this.members[argument % this.members.length] as Member
  }

  #deliver(argument: number, remove: boolean): void {
    const at = argument % Math.max(1, this.#packets.length)
    const packet = this.#packets[at]
    if (packet === undefined) return
    if (remove) this.#packets.splice(at, 1)
    const member = this.members.find(({ index }) => index === packet.to) as Member
    if (packet.kind === 'body')
      this.#tell(member, {
        kind: 'checked',
        block: packet.block,
        valid: !this.#invalid.has(packet.block),
      })
    else for (const input of packet.inputs) this.#tell(member, input)
  }

  #lose(argument: number): void {
    const at = argument % Math.max(1, this.#packets.length)
    const packet = this.#packets[at]
    if (packet?.kind === 'body' || packet?.own === false) this.#packets.splice(at, 1)
  }

  #fire(argument: number): void {
    const member = this.#member(argument)
    const timers = [...member.timers]
    const chosen = timers[Math.floor(argument / this.members.length) % Math.max(1, timers.length)]
    if (chosen !== undefined) this.#runOut(member, chosen[0], chosen[1])
  }

  #fireNext(): void {
    const all = this.members.flatMap((member) =>
      [...member.timers].map(([name, timer]) => ({ member, name, timer })),
    )
    const next = all.toSorted((a, b) => a.timer.dueMs - b.timer.dueMs)[0]
    assert.ok(next !== undefined, 'who has not decided waits for something')
    this.#nowMs = Math.max(this.#nowMs, next.timer.dueMs)
    this.#runOut(next.member, next.name, next.timer)
  }

  #runOut(member: Member, name: TimerName, { view }: Timer): void {
    member.timers.delete(name)
    this.#tell(member, { kind: 'timeout', timer: name, view })
  }

  #tell(member: Member, input: ConsensusInput): void {
    if (member.proof !== undefined) return this.#help(input)
    const { view } = member.state
    const effects = stepHeight(member.state, input)
    member.inputs.push(input)
    member.effects.push(...effects)
    for (const effect of effects) this.#perform(member, effect)
    assert.ok(member.state.view < VIEWS_MAX, 'views do not run away')
    if (member.state.view > view) this.#leadFaultily(member.state.view, member.index)
  }

  /** A member that has decided gives its proof to whoever still talks of the height, as the replica does. */
  #help(input: ConsensusInput): void {
    if (input.kind !== 'message' || this.#faulty.has(input.message.member)) return
    const proof = this.members.find((member) => member.proof !== undefined)?.proof
    if (proof === undefined) return
    const votes = proof.signers.map((member): Commit => {
      return signed({
        kind: 'commit',
        height: HEIGHT,
        view: proof.view,
        block: proof.block,
        member,
      }) as Commit
    })
    this.#send(input.message.member, [{ kind: 'bundle', votes }])
  }

  #perform(member: Member, effect: ConsensusEffect): void {
    switch (effect.kind) {
      case 'say':
        return this.#say(member, effect.draft, effect.justification)
      case 'build': {
        const of = block(`${member.index} builds for ${effect.view}`)
        this.#blocks.push(of)
        return this.#send(
          member.index,
          [{ kind: 'built', view: effect.view, block: of, blockTimeMs: NOW_MS }],
          true,
        )
      }
      case 'fetch':
        assert.ok(
          effect.from.some((from) => !this.#faulty.has(from)),
          'an honest member is asked',
        )
        this.#packets.push({ to: member.index, kind: 'body', block: effect.block })
        return
      case 'timer':
        member.timers.set(effect.timer, { view: effect.view, dueMs: this.#nowMs + effect.ms })
        return
      case 'rebroadcast':
        for (const votes of effect.bundles)
          this.#broadcast(member.index, [{ kind: 'bundle', votes }])
        for (const message of effect.messages) this.#broadcastMessage(member.index, message, [])
        return
      case 'decide':
        return this.#decide(member, effect.proof)
      case 'accuse': {
        const { evidence } = effect
        assert.ok(evidence.kind !== 'nonce-reuse')
        const accused = evidence.kind === 'amnesia' ? evidence.commit.member : evidence.first.member
        assert.ok(
          this.#faulty.has(accused),
          `honest member ${accused} is accused of ${evidence.kind}`,
        )
      }
    }
  }

  #say(member: Member, draft: Draft, justification: readonly Vote[]): void {
    this.#assertHonest(member, draft)
    member.said.push(draft)
    const message = signed(draft)
    this.#record(message)
    this.#send(member.index, [hears(message)], true)
    this.#broadcastMessage(member.index, message, justification)
    for (const liar of this.#faulty) this.#contradict(liar, draft)
  }

  #assertHonest(member: Member, draft: Draft): void {
    for (const earlier of member.said) {
      const samePlace = earlier.kind === draft.kind && earlier.view === draft.view
      assert.ok(!samePlace, `member ${member.index} says ${draft.kind} twice in view ${draft.view}`)
      if (earlier.kind !== 'commit' || draft.kind !== 'prepare' || earlier.block === null) continue
      const kept =
        draft.block === null || draft.block === earlier.block || draft.validView >= earlier.view
      assert.ok(
        kept,
        `member ${member.index} forgets its lock of view ${earlier.view} in view ${draft.view}`,
      )
    }
    if (draft.kind === 'commit' && draft.block !== null) {
      assert.ok(
        this.#count('prepare', draft.view, draft.block) >= quorum(this.#size),
        'no lock without a polka',
      )
      assert.ok(!this.#invalid.has(draft.block), 'no lock on an invalid block')
    }
  }

  #decide(member: Member, proof: CommitProof): void {
    member.proof = proof
    member.timers.clear()
    const { signers, view, block: of } = proof
    assert.ok(
      new Set(signers).size === signers.length && signers.length >= quorum(this.#size),
      'a quorum decides',
    )
    for (const signer of signers)
      assert.ok(this.#sayers('commit', view, of).has(signer), 'a signer said what it signed')
    assert.ok(!this.#invalid.has(of), 'what is decided is valid')
    for (const other of this.members)
      assert.ok(other.proof === undefined || other.proof.block === of, 'all decide one block')
  }

  /** A faulty member votes for and against whatever an honest one says, to one half each. */
  #contradict(liar: number, draft: Draft): void {
    if (draft.kind === 'pre-prepare') return
    const against = draft.block === null ? this.#blocks.at(-1) : null
    for (const { index } of this.members) {
      const of = (index + draft.view) % 2 === 0 ? draft.block : (against ?? null)
      const lie = { ...draft, block: of, member: liar }
      this.#lieTo(
        index,
        lie.kind === 'prepare' && of === null ? { ...lie, validView: NO_VIEW } : lie,
      )
    }
  }

  /** A faulty leader proposes two blocks in its view, to one half each; one of them may be invalid. */
  #leadFaultily(view: number, toldBy: number): void {
    const leader = view % this.#size
    if (!this.#faulty.has(leader)) return
    const half = toldBy % 2
    const of = block(`${leader} lies in ${view} to ${half}`)
    if (!this.#equivocated.has(of)) this.#blocks.push(of)
    this.#equivocated.add(of)
    if (half === 1 && view % 3 === 0) this.#invalid.add(of)
    const validView = view % 2 === 0 ? -1 : view - 1
    const draft: Draft = {
      kind: 'pre-prepare',
      height: HEIGHT,
      view,
      block: of,
      validView,
      member: leader,
    }
    this.#lieTo(toldBy, draft)
  }

  #lie(argument: number): void {
    const liars = [...this.#faulty]
    const liar = liars[argument % Math.max(1, liars.length)]
    if (liar === undefined) return
    const to = this.#member(Math.floor(argument / 2))
    const view = Math.max(0, to.state.view + (Math.floor(argument / 5) % 3) - 1)
    const of =
      argument % 7 === 0
        ? null
        : (this.#blocks[argument % Math.max(1, this.#blocks.length)] ?? null)
    const place = { height: HEIGHT, view, block: of, member: liar }
    if (argument % 2 === 0) return this.#lieTo(to.index, { kind: 'commit', ...place })
    const validView = of === null || view === 0 ? -1 : (argument % (view + 1)) - 1
    this.#lieTo(to.index, { kind: 'prepare', ...place, validView })
  }

  #lieTo(to: number, draft: Draft): void {
    const message = signed(draft)
    this.#record(message)
    this.#send(to, [hears(message)])
    if (message.kind === 'pre-prepare')
      this.#packets.push({ to, kind: 'body', block: message.block })
  }

  #broadcastMessage(from: number, message: ConsensusMessage, justification: readonly Vote[]): void {
    const before: ConsensusInput[] =
      justification.length > 0 ? [{ kind: 'bundle', votes: justification }] : []
    this.#broadcast(from, [...before, hears(message)])
    if (message.kind !== 'pre-prepare') return
    for (const { index } of this.members) {
      if (index !== from) this.#packets.push({ to: index, kind: 'body', block: message.block })
    }
  }

  #broadcast(from: number, inputs: readonly ConsensusInput[]): void {
    for (const { index } of this.members) if (index !== from) this.#send(index, inputs)
  }

  #send(to: number, inputs: readonly ConsensusInput[], own = false): void {
    this.#packets.push({ to, kind: 'inputs', inputs, own })
  }

  #record(message: ConsensusMessage): void {
    if (message.kind === 'pre-prepare') return
    this.#sayers(message.kind, message.view, message.block, message).add(message.member)
  }

  #sayers(kind: Vote['kind'], view: number, of: Digest | null, vote?: Vote): Set<number> {
    const justified = vote?.kind === 'prepare' ? vote.validView : ''
    const key = `${kind}/${view}/${of}/${justified}`
    const known = this.#votes.get(key) ?? new Set()
    this.#votes.set(key, known)
    return known
  }

  /** Members that said PREPARE for a block of a view with one valid view, at most over valid views. */
  #count(kind: Prepare['kind'], view: number, of: Digest): number {
    const counts = [...this.#votes].filter(([key]) => key.startsWith(`${kind}/${view}/${of}/`))
    return Math.max(0, ...counts.map(([, sayers]) => sayers.size))
  }
}
