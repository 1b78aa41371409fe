import { LostDisks } from './lost-disks.ts'
import { Muffling } from './muffling.ts'
import type { NemesisParts } from './nemesis-parts.ts'

const EFFECTS_AHEAD_MAX = 30
/** The clocks of honest nodes stay within what the chain allows for. */
const CLOCK_STEP_MAX_MS = 300
const CLOCK_OFFSET_MAX_MS = 600

/** What goes wrong by itself: processes die, links break, clocks jump. */
export class Nemesis {
  readonly #parts: NemesisParts
  #active = true
  readonly #muffling: Muffling
  readonly #disks: LostDisks

  constructor(parts: NemesisParts) {
    this.#parts = parts
    this.#muffling = new Muffling(parts)
    this.#disks = new LostDisks(parts)
  }

  begin(): void {
    const { rates, nodes, loser } = this.#parts
    this.#every(rates.crashMeanMs, () => this.#crash())
    this.#every(rates.partitionMeanMs, () => this.#partition())
    this.#every(rates.clogMeanMs, () => this.#clog())
    this.#every(rates.clockStepMeanMs, () => this.#stepClock())
    this.#every(rates.muffleMeanMs, () => this.#muffling.muffle())
    this.#every(rates.duelMeanMs, () => this.#muffling.duel())
    const unlucky = nodes.find(({ member }) => member === loser)
    if (unlucky === undefined) return
    this.#every(rates.diskLossMeanMs, () => this.#disks.lose(unlucky))
    this.#disks.tend(unlucky)
  }

  /** From now on nothing new breaks. */
  stop(): void {
    this.#active = false
    this.#muffling.stop()
    this.#disks.stop()
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
    if (random.chance(rates.atBarrier)) node.crashAtBarrier()
    else if (random.chance(rates.midStep)) node.crashWithin(random.integer(0, EFFECTS_AHEAD_MAX))
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

  #stepClock(): void {
    const { random, nodes } = this.#parts
    const { clock, name } = random.pick(nodes)
    const ms = Math.round(random.between(-CLOCK_STEP_MAX_MS, CLOCK_STEP_MAX_MS))
    if (Math.abs(clock.offsetMs + ms) > CLOCK_OFFSET_MAX_MS) return
    clock.step(ms)
    this.#parts.story.tell('world', `sets the clock of ${name} by ${ms} ms`)
  }
}
