import type { Digest } from '../../digest.ts'
import { AFFECTED_LISTED_MAX, AFFECTED_MAX } from '../../limits.ts'
import type { EdgeKind } from '../../rules/edges.ts'
import { PAUSE, type Query } from '../query.ts'
import type { LedgerView } from '../read-record.ts'
import { childrenOf, mustReadRelative, mustReadState, nodeOf, readRelative } from './family.ts'
import type { LineageNode } from './lineage-graph.ts'

/** One scan's worth. */
const CHILDREN_AT_ONCE = 1_000

/** Everything that was made from one artefact, however indirectly. */
export interface Affected {
  readonly artefact: Digest
  /** How many; each is counted once. */
  readonly total: number
  /** False: there is more, and `total` is only as far as the count went. */
  readonly complete: boolean
  /** How many in each generation; the first has the direct descendants. */
  readonly generations: readonly number[]
  /** Present owners, the one with most artefacts first. */
  readonly owners: readonly { readonly owner: string; readonly artefacts: number }[]
  /** The first of them, generation by generation. */
  readonly artefacts: readonly AffectedArtefact[]
  /** Counted, and not among `artefacts`. */
  readonly more: number
}

/** `depth` is negative, as of every descendant. */
export type AffectedArtefact = LineageNode & {
  /** One way by which it is affected: what it was made from, and what that was to it. */
  readonly via: { readonly from: Digest; readonly kind: EdgeKind }
}

/**
 * @param listed how many to name, at most AFFECTED_LISTED_MAX
 * @returns undefined for an id that registers no artefact
 */
export function* downstream(
  ledger: LedgerView,
  artefact: Digest,
  listed = AFFECTED_LISTED_MAX,
): Query<Affected | undefined> {
  if (readRelative(ledger, artefact) === undefined) return undefined
  const count = new Count(ledger, artefact, Math.min(listed, AFFECTED_LISTED_MAX))
  let generation: readonly Digest[] = [artefact]
  while (generation.length > 0 && count.complete) {
    const next: Digest[] = []
    for (const parent of generation) {
      if (!count.complete) break
      let page: readonly Digest[] = []
      do {
        page = yield* childrenOf(parent, CHILDREN_AT_ONCE, page.at(-1))
        for (const child of page) {
          yield PAUSE
          if (count.add(child, parent)) next.push(child)
        }
      } while (page.length === CHILDREN_AT_ONCE && count.complete)
    }
    if (next.length > 0) count.endGeneration(next.length)
    generation = next
  }
  return { artefact, ...count.result() }
}

class Count {
  /** False once there was something for which there is no room. */
  complete = true
  readonly #ledger: LedgerView
  readonly #listed: number
  readonly #seen: Set<Digest>
  readonly #artefacts: AffectedArtefact[] = []
  readonly #owners = new Map<string, number>()
  readonly #generations: number[] = []
  #total = 0

  constructor(ledger: LedgerView, artefact: Digest, listed: number) {
    this.#ledger = ledger
    this.#listed = listed
    this.#seen = new Set([artefact])
  }

  /** @returns false for one that was counted before, or for which there is no room */
  add(record: Digest, from: Digest): boolean {
    if (this.#seen.has(record)) return false
    if (this.#total >= AFFECTED_MAX) {
      this.complete = false
      return false
    }
    this.#seen.add(record)
    this.#total++
    const { owner } = mustReadState(this.#ledger, record)
    this.#owners.set(owner, (this.#owners.get(owner) ?? 0) + 1)
    if (this.#artefacts.length < this.#listed) this.#name(record, from)
    return true
  }

  endGeneration(artefacts: number): void {
    this.#generations.push(artefacts)
  }

  result(): Omit<Affected, 'artefact'> {
    const owners = [...this.#owners].map(([owner, artefacts]) => ({ owner, artefacts }))
    return {
      total: this.#total,
      complete: this.complete,
      generations: this.#generations,
      owners: owners.sort((a, b) => b.artefacts - a.artefacts || (a.owner < b.owner ? -1 : 1)),
      artefacts: this.#artefacts,
      more: this.#total - this.#artefacts.length,
    }
  }

  #name(record: Digest, from: Digest): void {
    const relative = mustReadRelative(this.#ledger, record)
    const kind = relative.entry.edges.find((edge) => edge.record === from)?.kind ?? 'input'
    const depth = -(this.#generations.length + 1)
    this.#artefacts.push({ ...nodeOf(this.#ledger, relative, depth), via: { from, kind } })
  }
}
