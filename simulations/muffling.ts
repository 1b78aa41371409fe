import { SIGN_TYPES } from '../protocol/signables.ts'
import { WIRE_TAGS } from '../protocol/wire/frame-limits.ts'
import type { NemesisParts } from './nemesis.ts'
import type { Packet } from './network.ts'

type ConsensusKind = 'proposal' | 'prepare' | 'commit' | 'bundle'
const KINDS: readonly ConsensusKind[] = ['proposal', 'prepare', 'commit', 'bundle']
const REDRAW_MEAN_MS = 900

/**
 * Unlucky choices of losses: some kinds of consensus messages, on some links. They are what makes
 * locks without decisions, and quorums that only a few see.
 */
export class Muffling {
  readonly #parts: NemesisParts
  readonly #ends = new Set<() => void>()

  constructor(parts: NemesisParts) {
    this.#parts = parts
  }

  stop(): void {
    for (const end of this.#ends) end()
    this.#ends.clear()
  }

  /** Some kinds on some links, for a while. */
  muffle(): void {
    const { random, story, rates } = this.#parts
    const kinds = new Set(KINDS.filter(() => random.chance(0.5)))
    const links = this.#someLinks(0.6)
    const part = random.pick([0.5, 0.9, 1])
    story.tell('world', `muffles ${[...kinds].join(', ') || 'nothing'} on ${links.size} links`)
    this.#during(random.exponential(rates.muffleLengthMeanMs), (kind, link) => {
      return kinds.has(kind) && links.has(link) && random.chance(part)
    })
  }

  /**
   * No COMMIT arrives, so nothing is decided; and who sees which proposal and which PREPAREs is drawn
   * anew from view to view.
   */
  duel(): void {
    const { random, story, rates, queue } = this.#parts
    const lengthMs = random.exponential(rates.duelLengthMeanMs)
    const bundles = random.chance(0.5)
    let [proposals, prepares] = [this.#someLinks(0.3), this.#someLinks(0.4)]
    let over = false
    const redraw = () => {
      proposals = this.#someLinks(random.pick([0, 0.3]))
      prepares = this.#someLinks(random.pick([0, 0.3, 0.6]))
      if (!over) queue.after(random.exponential(REDRAW_MEAN_MS), redraw)
    }
    redraw()
    story.tell('world', `lets no COMMIT arrive for ${Math.round(lengthMs)} ms`)
    this.#during(lengthMs, (kind, link) => {
      if (kind === 'commit') return true
      if (kind === 'bundle') return bundles
      return kind === 'prepare' ? prepares.has(link) : proposals.has(link)
    })
    queue.after(lengthMs, () => (over = true))
  }

  #during(ms: number, picks: (kind: ConsensusKind, link: string) => boolean): void {
    const end = this.#parts.network.muffle((packet) => {
      const kind = consensusKind(packet)
      return kind !== undefined && picks(kind, `${packet.from}>${packet.to}`)
    })
    this.#ends.add(end)
    this.#parts.queue.after(ms, () => {
      end()
      this.#ends.delete(end)
    })
  }

  #someLinks(part: number): ReadonlySet<string> {
    const { nodes, random } = this.#parts
    const all = nodes.flatMap(({ place: from }) => nodes.map(({ place: to }) => `${from}>${to}`))
    return new Set(all.filter(() => random.chance(part)))
  }
}

/** By the tags in front, without reading the rest. */
function consensusKind({ channel, bytes }: Packet): ConsensusKind | undefined {
  if (channel !== 'direct') return undefined
  if (bytes[0] === WIRE_TAGS.proposal) return 'proposal'
  if (bytes[0] === WIRE_TAGS.bundle) return 'bundle'
  if (bytes[0] !== WIRE_TAGS.vote) return undefined
  return bytes[1] === SIGN_TYPES.prepare ? 'prepare' : 'commit'
}
