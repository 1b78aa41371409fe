import { CAST } from './byzantine/cast.ts'
import { divideTwins } from './byzantine/twins.ts'
import { EventQueue } from './clock/event-queue.ts'
import { NodeClock } from './clock/node-clock.ts'
import { Disk } from './disk.ts'
import { describePlan, type WorldPlan } from './faults.ts'
import { ConductWatch } from './invariants/conduct-watch.ts'
import { LedgerWatch } from './invariants/ledger-watch.ts'
import { LifeWatch } from './invariants/life-watch.ts'
import { VoteWatch } from './invariants/vote-watch.ts'
import { type InventedNetwork, inventNetwork } from './invented-network.ts'
import { Nemesis } from './nemesis.ts'
import { Network } from './network.ts'
import { SimulatedNode } from './node.ts'
import type { Observer } from './observer.ts'
import { Random } from './random.ts'
import { ED25519, HASHED, type SignatureScheme } from './signatures.ts'
import { Story } from './story.ts'
import { Workload } from './workload.ts'

export interface WorldOptions {
  readonly plan: WorldPlan
  /** did:key of authors who will use one nonce twice. */
  readonly dishonestAuthors?: readonly string[]
  readonly observers?: readonly Observer[]
  /** Hears each line of the story as it happens. */
  readonly echo?: ((line: string) => void) | undefined
}

/** Everything that exists in one invented world, built but not begun. */
export class World {
  readonly plan: WorldPlan
  readonly invented: InventedNetwork
  readonly scheme: SignatureScheme
  readonly random: Random
  readonly queue = new EventQueue()
  readonly story: Story
  readonly network: Network
  readonly nodes: readonly SimulatedNode[]
  readonly workload: Workload
  readonly nemesis: Nemesis
  readonly ledger: LedgerWatch
  readonly votes: VoteWatch

  constructor({ plan, dishonestAuthors = [], observers = [], echo }: WorldOptions) {
    this.plan = plan
    this.invented = inventNetwork(plan.size)
    this.scheme = plan.signatures === 'hashed' ? HASHED : ED25519
    this.random = new Random(`chance ${plan.seed}`)
    this.story = new Story(this.queue, echo)
    this.story.tell('world', `seed ${plan.seed}: ${describePlan(plan)}`)
    const places = placesIn(plan)
    this.network = new Network(this.queue, this.random.fork('network'), places.length, plan.links)
    this.ledger = new LedgerWatch(this.invented.genesis, this.scheme, this.queue)
    this.votes = new VoteWatch(this.invented.genesis)
    const conduct = new ConductWatch({
      members: new Set(plan.liars.keys()),
      authors: new Set(dishonestAuthors),
    })
    const lives = new LifeWatch(this.invented.genesis)
    const watching: Observer[] = [this.ledger, this.votes, conduct, lives, ...observers]
    this.nodes = places.map((member, place) => this.#makeNode(member, place, places, watching))
    const { story, queue, nodes, scheme, random } = this
    this.workload = new Workload({
      plan: plan.workload,
      queue,
      random: random.fork('workload'),
      story,
      network: this.invented,
      scheme,
      nodes,
    })
    watching.push(this.workload)
    this.nemesis = new Nemesis({
      rates: plan.rates,
      queue,
      random: random.fork('nemesis'),
      story,
      network: this.network,
      nodes,
      loser: plan.loser,
      letSign: (member, nonce) => this.workload.letSign(member, nonce),
    })
  }

  /** Every process starts, and those who share a key begin to be kept apart. */
  begin(): void {
    for (const node of this.nodes) node.start()
    for (const [member, name] of this.plan.liars) {
      if (name !== 'twins') continue
      const twins = this.#placesOf(member)
      const others = this.nodes.filter((node) => node.member !== member).map(({ place }) => place)
      const [first, second] = twins
      if (first === undefined || second === undefined) continue
      const random = this.random.fork(`twins ${member}`)
      divideTwins({
        queue: this.queue,
        random,
        network: this.network,
        twins: [first, second],
        others,
      })
    }
  }

  get honest(): readonly SimulatedNode[] {
    return this.nodes.filter(({ faulty }) => !faulty)
  }

  /**
   * Lets things happen until the condition holds.
   *
   * @returns false when so many virtual ms went by and it still does not
   */
  runUntil(withinMs: number, condition: () => boolean = () => false): boolean {
    const endMs = this.queue.nowMs + withinMs
    while (this.queue.hasEventBefore(endMs)) {
      if (condition()) return true
      this.queue.runNext()
    }
    this.queue.idleUntil(endMs)
    return condition()
  }

  #placesOf(member: number): readonly number[] {
    return this.nodes.filter((node) => node.member === member).map(({ place }) => place)
  }

  #makeNode(
    member: number,
    place: number,
    places: readonly number[],
    observers: readonly Observer[],
  ): SimulatedNode {
    const { plan, queue, network, story, scheme, invented } = this
    const random = this.random.fork(`place ${place}`)
    const liar = plan.liars.get(member)
    const { offsetMs, drift } = plan.clocks[member] ?? { offsetMs: 0, drift: 0 }
    const key = invented.consensusKeys[member]
    if (key === undefined) throw new Error(`member ${member} has no key`)
    return new SimulatedNode({
      place,
      member,
      genesis: invented.genesis,
      key,
      scheme,
      queue,
      network,
      disk: new Disk(queue, random.fork('disk'), {
        syncMeanMs: plan.syncMeanMs,
        disorderly: plan.disorderly.has(member),
      }),
      clock: new NodeClock(queue, offsetMs, drift),
      random,
      story,
      observers,
      placesOf: (wanted) => places.flatMap((at, i) => (at === wanted ? [i] : [])),
      memberAt: (at) => places[at] ?? 0,
      isFaulty: (at) => plan.liars.has(places[at] ?? 0),
      faulty: liar !== undefined,
      makeActor: typeof liar === 'string' ? CAST[liar] : liar,
    })
  }
}

/** Place -> member: one each, and a second for every twin. */
function placesIn({ size, liars }: WorldPlan): readonly number[] {
  const members = Array.from({ length: size }, (_, i) => i)
  const twins = [...liars].filter(([, name]) => name === 'twins').map(([member]) => member)
  return [...members, ...twins]
}
