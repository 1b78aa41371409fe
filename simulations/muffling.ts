import { SIGN_TYPES } from '../protocol/signables.ts'
import { WIRE_TAGS } from '../protocol/wire/frame-limits.ts'
import type { NemesisParts } from './nemesis-parts.ts'
import type { Packet } from './network.ts'

type ConsensusKind = 'proposal' | 'prepare' | 'commit' | 'bundle'
const KINDS: readonly ConsensusKind[] = ['proposal', 'prepare', 'commit', 'bundle']

type Picks = (kind: ConsensusKind, link: string, packet: Packet) => boolean

/** What is lost of one view. Places, and links between them. */
interface ViewPattern {
  /** Nothing that they say arrives. */
  readonly unheard: ReadonlySet<number>
  /** They do not see the proposal. */
  readonly blind: ReadonlySet<number>
  /** On these links PREPAREs are lost. */
  readonly lost: ReadonlySet<string>
  /** Nobody's bundles arrive. */
  readonly secretive: boolean
}

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
   * The first time that anything is said in a view, some members are not heard, some do not see the
   * proposal, some PREPAREs are lost; repetitions arrive, but too late. So some lock, the others commit
   * to nothing, and the view ends without a decision.
   */
  duel(): void {
    const { random, story, rates } = this.#parts
    const lengthMs = random.exponential(rates.duelLengthMeanMs)
    const harshness = random.pick([0.1, 0.25, 0.4])
    const patterns = new Map<string, ViewPattern>()
    const said = new Set<string>()
    story.tell('world', `sets the members against each other for ${Math.round(lengthMs)} ms`)
    this.#during(lengthMs, (kind, link, { from, to, bytes }) => {
      const place = placeOf(bytes, kind)
      const pattern = patterns.get(place) ?? this.#drawPattern(harshness)
      patterns.set(place, pattern)
      if (kind === 'bundle') return pattern.secretive
      const first = !said.has(`${place} ${kind} ${link}`)
      said.add(`${place} ${kind} ${link}`)
      if (!first || kind === 'commit') return false
      if (pattern.unheard.has(from)) return true
      return kind === 'proposal' ? pattern.blind.has(to) : pattern.lost.has(link)
    })
  }

  #drawPattern(harshness: number): ViewPattern {
    const { nodes, random } = this.#parts
    const some = (part: number) =>
      new Set(nodes.map(({ place }) => place).filter(() => random.chance(part)))
    return {
      unheard: some(harshness / 2),
      blind: some(harshness),
      lost: this.#someLinks(harshness),
      secretive: random.chance(0.6),
    }
  }

  #during(ms: number, picks: Picks): void {
    const end = this.#parts.network.muffle((packet) => {
      const kind = consensusKind(packet)
      return kind !== undefined && picks(kind, `${packet.from}>${packet.to}`, packet)
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

/** Height and view of the first consensus message in a frame, as one word: both stand right after its type. */
function placeOf(frame: Uint8Array, kind: ConsensusKind): string {
  const at = kind === 'bundle' ? BUNDLE_HEAD_BYTES : HEAD_BYTES
  return Buffer.from(frame.subarray(at, at + HEIGHT_AND_VIEW_BYTES)).toString('hex')
}

/** The tag of the frame and the type of the message; a bundle has a count between them. */
const HEAD_BYTES = 2
const BUNDLE_HEAD_BYTES = 3
const HEIGHT_AND_VIEW_BYTES = 12
