import { SIGN_TYPES } from '../protocol/signables.ts'
import { WIRE_TAGS } from '../protocol/wire/frame-limits.ts'
import type { EventQueue } from './clock/event-queue.ts'
import type { FaultRates } from './faults.ts'
import type { Network } from './network.ts'
import type { SimulatedNode } from './node.ts'
import type { Random } from './random.ts'
import type { Story } from './story.ts'

export interface NemesisParts {
  readonly rates: FaultRates
  readonly queue: EventQueue
  readonly random: Random
  readonly story: Story
  readonly network: Network
  readonly nodes: readonly SimulatedNode[]
}

const EFFECTS_AHEAD_MAX = 30
/** The clocks of honest nodes stay within what the chain allows for. */
const CLOCK_STEP_MAX_MS = 300
const CLOCK_OFFSET_MAX_MS = 600

type ConsensusKind = 'proposal' | 'prepare' | 'commit' | 'bundle'
const MUFFLED: readonly ConsensusKind[] = ['proposal', 'prepare', 'commit', 'bundle']

/** By the tags in front, without reading the rest. */
function consensusKind(frame: Uint8Array): ConsensusKind | undefined {
  if (frame[0] === WIRE_TAGS.proposal) return 'proposal'
  if (frame[0] === WIRE_TAGS.bundle) return 'bundle'
  if (frame[0] !== WIRE_TAGS.vote) return undefined
  return frame[1] === SIGN_TYPES.prepare ? 'prepare' : 'commit'
}

/** What goes wrong by itself: processes die, links break, clocks jump. */
export class Nemesis {
  readonly #parts: NemesisParts
  #active = true
  readonly #muffles = new Set<() => void>()

  constructor(parts: NemesisParts) {
    this.#parts = parts
  }

  begin(): void {
    const { rates } = this.#parts
    this.#every(rates.crashMeanMs, () => this.#crash())
    this.#every(rates.partitionMeanMs, () => this.#partition())
    this.#every(rates.clogMeanMs, () => this.#clog())
    this.#every(rates.clockStepMeanMs, () => this.#stepClock())
    this.#every(rates.muffleMeanMs, () => this.#muffle())
  }

  /** From now on nothing new breaks. */
  stop(): void {
    this.#active = false
    for (const end of this.#muffles) end()
    this.#muffles.clear()
  }

  #every(meanMs: number, fault: () => void): void {
    if (!Number.isFinite(meanMs)) return
    const { queue, random } = this.#parts
    queue.after(random.exponential(meanMs), () => {
      if (!this.#active) return
      fault()
      this.#every(meanMs, fault)
    })
  }

  #crash(): void {
    const { random, nodes, rates, queue } = this.#parts
    const awake = nodes.filter(({ alive }) => alive)
    if (awake.length === 0) return
    const node = random.pick(awake)
    if (random.chance(rates.midStep)) node.crashWithin(random.integer(0, EFFECTS_AHEAD_MAX))
    else node.crash()
    const downMs = random.exponential(rates.downMeanMs)
    queue.after(downMs, () => {
      if (!this.#active) return
      node.crash()
      node.start()
    })
  }

  /** Uniform halves, one against all, or one direction only. */
  #partition(): void {
    const { random, nodes, network, story, queue, rates } = this.#parts
    const places = random.shuffle(nodes.map(({ place }) => place))
    const cutAt = random.chance(0.4) ? 1 : random.integer(1, places.length - 1)
    const [inside, outside] = [places.slice(0, cutAt), places.slice(cutAt)]
    const direction = random.pick(['both', 'in', 'out'] as const)
    const links: [number, number][] = []
    for (const a of inside) {
      for (const b of outside) {
        if (direction !== 'in') links.push([a, b])
        if (direction !== 'out') links.push([b, a])
      }
    }
    for (const [from, to] of links) network.cut(from, to)
    const names = nodes.filter(({ place }) => inside.includes(place)).map(({ name }) => name)
    story.tell('world', `cuts ${names.join(' ')} off (${direction})`)
    queue.after(random.exponential(rates.partitionLengthMeanMs), () => {
      for (const [from, to] of links) network.mend(from, to)
      story.tell('world', `mends the cut around ${names.join(' ')}`)
    })
  }

  #clog(): void {
    const { random, nodes, network, rates } = this.#parts
    const [from, to] = random.shuffle(nodes)
    if (from === undefined || to === undefined) return
    network.clog(from.place, to.place, random.exponential(rates.clogLengthMeanMs))
  }

  /** An unlucky choice of losses: it is what makes locks without decisions, and quorums that few see. */
  #muffle(): void {
    const { random, nodes, network, story, queue, rates } = this.#parts
    const kinds = new Set(MUFFLED.filter(() => random.chance(0.5)))
    const links = new Set(nodes.flatMap(({ place: from }) => nodes.map(({ place: to }) => `${from}>${to}`)).filter(() => random.chance(0.6)))
    const part = random.pick([0.5, 0.9, 1])
    const end = network.muffle(({ from, to, channel, bytes }) => {
      const kind = channel === 'direct' ? consensusKind(bytes) : undefined
      return kind !== undefined && kinds.has(kind) && links.has(`${from}>${to}`) && random.chance(part)
    })
    this.#muffles.add(end)
    story.tell('world', `muffles ${[...kinds].join(', ') || 'nothing'} on ${links.size} links`)
    queue.after(random.exponential(rates.muffleLengthMeanMs), end)
  }

  #stepClock(): void {
    const { random, nodes } = this.#parts
    const { clock, name } = random.pick(nodes)
    const ms = Math.round(random.between(-CLOCK_STEP_MAX_MS, CLOCK_STEP_MAX_MS))
    if (Math.abs(clock.offsetMs + ms) > CLOCK_OFFSET_MAX_MS) return
    clock.step(ms)
    this.#parts.story.tell('world', `sets the clock of ${name} by ${ms} ms`)
  }
}
