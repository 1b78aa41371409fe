import type { Genesis } from '../../../protocol/chain/genesis.ts'
import { isRejection } from '../../../protocol/rejection.ts'
import type { ReplicaInput } from '../../../protocol/replica/input.ts'
import type { WireMessage } from '../../../protocol/wire/message.ts'
import { decodeWireMessage } from '../../../protocol/wire/message-codec.ts'
import { PowerCut, type Sent, TestNode } from './test-node.ts'

const STEPS_MAX = 100_000
const TIMERS_MAX = 400

interface Packet {
  readonly from: number
  readonly to: number
  readonly sent: Sent
}

/** A whole committee under one clock. Packets arrive in the order in which they were sent. */
export class TestCommittee {
  readonly nodes: TestNode[]
  /** Decides of each packet whether it arrives. */
  arrives: (packet: Packet) => boolean = () => true
  /** Gossip is flooded by whoever accepts it; so each node takes a message once. */
  readonly #heard = new Set<string>()
  readonly #down = new Set<number>()
  #packets: Packet[] = []

  constructor(genesis: Genesis) {
    this.nodes = genesis.committee.members.map((_, self) => new TestNode({ genesis, self }))
  }

  node(member: number): TestNode {
    return this.nodes[member] as TestNode
  }

  start(): void {
    for (const [member, node] of this.nodes.entries()) this.#guarded(member, () => node.start())
    for (const member of this.nodes.keys()) this.connect(member)
    this.settle()
  }

  /** @returns members whose power was cut since they were started */
  get down(): ReadonlySet<number> {
    return this.#down
  }

  stop(member: number): void {
    this.#down.add(member)
    for (const peer of this.nodes.keys())
      if (peer !== member) this.input(peer, { kind: 'peer', member, connected: false })
  }

  restart(member: number, loss: Parameters<TestNode['restart']>[0]): void {
    this.#down.delete(member)
    this.#guarded(member, () => this.node(member).restart(loss))
    this.connect(member)
  }

  connect(member: number): void {
    for (const peer of this.nodes.keys()) {
      if (peer === member) continue
      this.input(peer, { kind: 'peer', member, connected: true })
      this.input(member, { kind: 'peer', member: peer, connected: true })
    }
  }

  input(member: number, input: ReplicaInput): void {
    if (this.#down.has(member)) return
    this.#guarded(member, () => this.node(member).input(input))
  }

  submit(member: number, envelope: Uint8Array): void {
    if (!this.#down.has(member)) this.#guarded(member, () => this.node(member).submit(envelope))
  }

  /** Delivers until nothing is under way. */
  settle(): void {
    for (let steps = 0; ; steps++) {
      if (steps > STEPS_MAX) throw new Error('the committee does not come to rest')
      for (const [from, node] of this.nodes.entries())
        for (const sent of node.takeSent()) this.#route(from, sent)
      const packet = this.#packets.shift()
      if (packet === undefined) return
      if (this.arrives(packet)) this.#deliver(packet)
    }
  }

  /** Lets time pass, timer by timer, until it holds. */
  until(holds: () => boolean): void {
    this.settle()
    for (let timers = 0; !holds(); timers++) {
      if (timers > TIMERS_MAX)
        throw new Error(
          `it does not come true: heights ${this.nodes.map(({ height }) => height).join(', ')}`,
        )
      this.#fireEarliest()
      this.settle()
    }
  }

  #fireEarliest(): void {
    let earliest: { member: number; dueMs: number } | undefined
    for (const [member, node] of this.nodes.entries()) {
      if (this.#down.has(member)) continue
      for (const { dueMs } of node.timers.values()) {
        if (earliest === undefined || dueMs < earliest.dueMs) earliest = { member, dueMs }
      }
    }
    if (earliest === undefined) throw new Error('no timer runs')
    const { member, dueMs } = earliest
    for (const node of this.nodes) node.nowMs = Math.max(node.nowMs, dueMs)
    this.#guarded(member, () => this.node(member).fireTimer())
  }

  #route(from: number, sent: Sent): void {
    for (const to of this.nodes.keys()) {
      if (to !== from && (sent.kind !== 'send' || sent.to === to))
        this.#packets.push({ from, to, sent })
    }
  }

  #deliver({ from, to, sent }: Packet): void {
    if (this.#down.has(to) || this.#down.has(from)) return
    if (sent.kind !== 'gossip') return this.input(to, { kind: 'frame', from, bytes: sent.bytes })
    const name = `${to}/${Buffer.from(sent.bytes).toString('base64')}`
    if (this.#heard.has(name)) return
    this.#heard.add(name)
    this.#guarded(to, () => this.node(to).gossip(from, sent.topic, sent.bytes))
  }

  #guarded(member: number, action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
      this.stop(member)
    }
  }
}

/** The message in a frame; undefined for gossip. */
export function messageOf(sent: Sent): WireMessage | undefined {
  if (sent.kind === 'gossip') return undefined
  const message = decodeWireMessage(sent.bytes)
  if (isRejection(message)) throw new Error(message.detail)
  return message
}
