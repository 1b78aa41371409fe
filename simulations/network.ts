import type { EventQueue } from './clock/event-queue.ts'
import type { Random } from './random.ts'

/** Both go over one connection: frames of a direct stream, and gossip with its own relaying on top. */
export type Channel = 'direct' | 'gossip'

export interface Packet {
  readonly from: number
  readonly to: number
  readonly channel: Channel
  readonly bytes: Uint8Array
}

/** How bad the links of one world are. */
export interface LinkQuality {
  readonly delayMeanMs: number
  /** Probabilities of each packet. */
  readonly loss: number
  readonly duplicate: number
  /** Of overtaking; otherwise a link keeps the order. */
  readonly reorder: number
  /** Packets under way on one directed link; more are dropped, as a full send queue drops them. */
  readonly capacity: number
}

export const PERFECT_LINKS: LinkQuality = {
  delayMeanMs: 1,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  capacity: 10_000,
}

/** What the network tells a place that is alive. */
export interface Listener {
  receive(packet: Packet): void
  connection(peer: number, up: boolean): void
}

interface Link {
  cut: boolean
  cloggedUntilMs: number
  lastArrivalMs: number
  underWay: number
}

const RECONNECT_MEAN_MS = 40
const RESET_MEAN_MS = 20
const BREAK_MEAN_MS = 4_000

/**
 * Connections between places, and what goes wrong on them. A connection exists only while both ends
 * live; what was under way when it broke never arrives.
 */
export class Network {
  readonly #queue: EventQueue
  readonly #random: Random
  readonly #places: number
  readonly #links: Link[]
  readonly #listeners: (Listener | undefined)[]
  readonly #generations: number[]
  /** Of each unordered pair: odd while connected. */
  readonly #epochs: number[]
  /** Of each ordered pair: what the first was told last. */
  readonly #told: boolean[]
  readonly #muffles = new Set<(packet: Packet) => boolean>()
  quality: LinkQuality

  constructor(queue: EventQueue, random: Random, places: number, quality: LinkQuality) {
    this.#queue = queue
    this.#random = random
    this.#places = places
    this.quality = quality
    this.#links = Array.from({ length: places * places }, () => ({
      cut: false,
      cloggedUntilMs: 0,
      lastArrivalMs: 0,
      underWay: 0,
    }))
    this.#listeners = Array.from({ length: places }, () => undefined)
    this.#generations = Array.from({ length: places }, () => 0)
    this.#epochs = Array.from({ length: places * places }, () => 0)
    this.#told = Array.from({ length: places * places }, () => false)
  }

  /** A place came to life and connects to all the others. */
  join(place: number, listener: Listener): void {
    this.#listeners[place] = listener
    for (const peer of this.#others(place)) this.#connectSoon(place, peer)
  }

  /** A place died: nothing reaches it, and its peers notice. */
  leave(place: number): void {
    this.#listeners[place] = undefined
    this.#generations[place] = (this.#generations[place] ?? 0) + 1
    for (const peer of this.#others(place)) {
      this.#told[place * this.#places + peer] = false
      this.#disconnect(place, peer)
    }
  }

  send(packet: Packet): void {
    if (!this.connected(packet.from, packet.to)) return
    for (const picks of this.#muffles) if (picks(packet)) return
    const link = this.#link(packet.from, packet.to)
    if (link.underWay >= this.quality.capacity) return
    const copies = this.#random.chance(this.quality.duplicate) ? 2 : 1
    for (let i = 0; i < copies; i++) {
      if (!this.#random.chance(this.quality.loss)) this.#carry(packet, link)
    }
  }

  connected(a: number, b: number): boolean {
    return this.#epoch(a, b) % 2 === 1
  }

  /** Drops everything in one direction until mended. */
  cut(from: number, to: number): void {
    const link = this.#link(from, to)
    if (link.cut) return
    link.cut = true
    this.#queue.after(this.#random.exponential(BREAK_MEAN_MS), () => {
      if (link.cut) this.#disconnect(from, to)
    })
  }

  mend(from: number, to: number): void {
    const link = this.#link(from, to)
    if (!link.cut) return
    link.cut = false
    this.#connectSoon(from, to)
  }

  mendAll(): void {
    for (let from = 0; from < this.#places; from++) {
      for (const to of this.#others(from)) {
        this.mend(from, to)
        this.#link(from, to).cloggedUntilMs = 0
      }
    }
  }

  /** While it lasts, the packets that it picks never leave. */
  muffle(picks: (packet: Packet) => boolean): () => void {
    this.#muffles.add(picks)
    return () => this.#muffles.delete(picks)
  }

  /** Holds everything back in one direction for a while; nothing is lost. */
  clog(from: number, to: number, ms: number): void {
    this.#link(from, to).cloggedUntilMs = this.#queue.nowMs + ms
  }

  #carry(packet: Packet, link: Link): void {
    const epoch = this.#epoch(packet.from, packet.to)
    const nowMs = this.#queue.nowMs
    let arrivalMs =
      Math.max(nowMs, link.cloggedUntilMs) + this.#random.exponential(this.quality.delayMeanMs)
    if (!this.#random.chance(this.quality.reorder)) {
      arrivalMs = Math.max(arrivalMs, link.lastArrivalMs)
      link.lastArrivalMs = arrivalMs
    }
    link.underWay++
    this.#queue.after(arrivalMs - nowMs, () => {
      link.underWay--
      if (link.cut || epoch !== this.#epoch(packet.from, packet.to)) return
      this.#listeners[packet.to]?.receive(packet)
    })
  }

  #connectSoon(a: number, b: number): void {
    const lives = [this.#generations[a], this.#generations[b]]
    this.#queue.after(this.#random.exponential(RECONNECT_MEAN_MS), () => {
      if (lives[0] === this.#generations[a] && lives[1] === this.#generations[b])
        this.#connect(a, b)
    })
  }

  #connect(a: number, b: number): void {
    const alive = this.#listeners[a] !== undefined && this.#listeners[b] !== undefined
    const blocked = this.#link(a, b).cut || this.#link(b, a).cut
    if (!alive || blocked || this.connected(a, b)) return
    this.#turn(a, b)
    for (const [place, peer] of bothWays(a, b)) {
      this.#tell(place, peer, false)
      this.#tell(place, peer, true)
    }
  }

  #disconnect(a: number, b: number): void {
    if (!this.connected(a, b)) return
    const epoch = this.#turn(a, b)
    for (const [place, peer] of bothWays(a, b)) {
      this.#link(place, peer).lastArrivalMs = 0
      this.#queue.after(this.#random.exponential(RESET_MEAN_MS), () => {
        if (this.#epoch(a, b) === epoch) this.#tell(place, peer, false)
      })
    }
  }

  /** Every change once: an end that comes back early is seen to have gone first. */
  #tell(place: number, peer: number, up: boolean): void {
    const pair = place * this.#places + peer
    if (this.#told[pair] === up) return
    this.#told[pair] = up
    this.#listeners[place]?.connection(peer, up)
  }

  #turn(a: number, b: number): number {
    const pair = this.#pair(a, b)
    const epoch = (this.#epochs[pair] ?? 0) + 1
    this.#epochs[pair] = epoch
    return epoch
  }

  #epoch(a: number, b: number): number {
    return this.#epochs[this.#pair(a, b)] ?? 0
  }

  #pair(a: number, b: number): number {
    return Math.min(a, b) * this.#places + Math.max(a, b)
  }

  #link(from: number, to: number): Link {
    return this.#links[from * this.#places + to] as Link
  }

  *#others(place: number): Iterable<number> {
    for (let other = 0; other < this.#places; other++) if (other !== place) yield other
  }
}

function bothWays(a: number, b: number): readonly (readonly [number, number])[] {
  return [
    [a, b],
    [b, a],
  ]
}
