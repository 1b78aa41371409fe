import type { Digest } from '../digest.ts'
import type { Commit, Prepare, Vote } from './message.ts'

/**
 * Two conflicting votes of one member for one view are kept: the second is evidence, but an honest
 * member may have seen only the second, so it counts in certificates too.
 */
const VOTES_PER_MEMBER_MAX = 2
/** Votes further from the present view only tell that their senders are there. */
export const VIEWS_KEPT = 64

interface ViewVotes {
  readonly prepares: Map<number, Prepare[]>
  readonly commits: Map<number, Commit[]>
}

/** The votes of one height, by view and member. No member counts twice towards one threshold. */
export class VoteKeeper {
  readonly #quorum: number
  readonly #views = new Map<number, ViewVotes>()
  /** Polkas that came as one: they hold whatever single votes were kept of their view. */
  readonly #polkas = new Map<number, readonly Prepare[]>()

  constructor(quorum: number) {
    this.#quorum = quorum
  }

  #view(view: number): ViewVotes {
    const known = this.#views.get(view)
    if (known !== undefined) return known
    const fresh: ViewVotes = { prepares: new Map(), commits: new Map() }
    this.#views.set(view, fresh)
    return fresh
  }

  /** Keeps a vote. @returns an earlier vote of the same member that it contradicts */
  add(vote: Vote): Vote | undefined {
    const votes = this.#view(vote.view)
    const byMember: Map<number, Vote[]> = vote.kind === 'prepare' ? votes.prepares : votes.commits
    const earlier = byMember.get(vote.member) ?? []
    if (earlier.some((other) => sameVote(other, vote))) return undefined
    if (earlier.length < VOTES_PER_MEMBER_MAX) byMember.set(vote.member, [...earlier, vote])
    return earlier[0]
  }

  /** Keeps a polka that came as one input. */
  addPolka(polka: readonly Prepare[]): void {
    const view = polka[0]?.view
    if (view !== undefined && !this.#polkas.has(view)) this.#polkas.set(view, polka)
  }

  /** Members that prepared anything in a view, nil included. */
  preparedCount(view: number): number {
    return this.#views.get(view)?.prepares.size ?? 0
  }

  /** Members that committed anything in a view, nil included. */
  committedCount(view: number): number {
    return this.#views.get(view)?.commits.size ?? 0
  }

  hasNilPrepareQuorum(view: number): boolean {
    return certificate(this.#prepares(view), this.#quorum, (vote) => vote.block === null) !== undefined
  }

  /** A quorum of COMMIT(nil): nothing can be decided in this view. */
  nilCommits(view: number): readonly Commit[] | undefined {
    return certificate(this.#commits(view), this.#quorum, (vote) => vote.block === null)
  }

  /** q distinct PREPAREs of one view for one block with one valid view; of `block` if it is given. */
  polka(view: number, block?: Digest): readonly Prepare[] | undefined {
    const whole = this.#polkas.get(view)
    if (whole !== undefined && (block === undefined || whole[0]?.block === block)) return whole
    return findPolka(this.#prepares(view), this.#quorum, block)
  }

  /** COMMITs for one block of one view, from a quorum at least. */
  commitQuorum(): readonly Commit[] | undefined {
    for (const view of this.#views.keys()) {
      const found = findCommitQuorum(this.#commits(view), this.#quorum)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** All that is held of any member's votes of a view. */
  votesOf(member: number): readonly Vote[] {
    const votes: Vote[] = []
    for (const view of this.#views.values()) {
      votes.push(...(view.prepares.get(member) ?? []), ...(view.commits.get(member) ?? []))
    }
    return votes
  }

  /** Votes of a view that make up a quorum of any COMMITs, one for each member. */
  anyCommits(view: number): readonly Commit[] {
    return [...(this.#views.get(view)?.commits.values() ?? [])].map((votes) => votes[0] as Commit)
  }

  /** Forgets views that are too far from the present one to matter. */
  forget(view: number, keep: readonly number[]): void {
    for (const old of this.#views.keys()) {
      if (Math.abs(old - view) > VIEWS_KEPT && !keep.includes(old)) this.#views.delete(old)
    }
    for (const old of this.#polkas.keys()) {
      if (Math.abs(old - view) > VIEWS_KEPT && !keep.includes(old)) this.#polkas.delete(old)
    }
  }

  #prepares(view: number): readonly Prepare[] {
    return [...(this.#views.get(view)?.prepares.values() ?? [])].flat()
  }

  #commits(view: number): readonly Commit[] {
    return [...(this.#views.get(view)?.commits.values() ?? [])].flat()
  }
}

function sameVote(a: Vote, b: Vote): boolean {
  if (a.block !== b.block) return false
  return a.kind !== 'prepare' || b.kind !== 'prepare' || a.validView === b.validView
}

/** The first vote of each member that passes, if they are a quorum. */
function certificate<V extends Vote>(
  votes: readonly V[],
  quorum: number,
  passes: (vote: V) => boolean,
): readonly V[] | undefined {
  const byMember = new Map<number, V>()
  for (const vote of votes) {
    if (passes(vote) && !byMember.has(vote.member)) byMember.set(vote.member, vote)
  }
  return byMember.size >= quorum ? [...byMember.values()] : undefined
}

export function findPolka(
  prepares: readonly Prepare[],
  quorum: number,
  block?: Digest,
): readonly Prepare[] | undefined {
  for (const { view, block: named, validView } of prepares) {
    if (named === null || (block !== undefined && named !== block)) continue
    const found = certificate(
      prepares,
      quorum,
      (vote) => vote.view === view && vote.block === named && vote.validView === validView,
    )
    if (found !== undefined) return found
  }
  return undefined
}

export function findCommitQuorum(
  commits: readonly Commit[],
  quorum: number,
): readonly Commit[] | undefined {
  for (const { view, block } of commits) {
    if (block === null) continue
    const found = certificate(commits, quorum, (vote) => vote.view === view && vote.block === block)
    if (found !== undefined) return found
  }
  return undefined
}
