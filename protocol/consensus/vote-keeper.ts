import type { Digest } from '../digest.ts'
import { NEARBY_VIEWS_MAX } from '../limits.ts'
import type { Commit, Prepare, Vote } from './message.ts'

/**
 * Two conflicting votes of one member for one view are kept: the second is evidence, but an honest
 * member may have seen only the second, so it counts towards a quorum too.
 */
const VOTES_PER_MEMBER_MAX = 2

/** Equal votes of a quorum of distinct members, for one block of one view. */
export interface VoteQuorum<V extends Vote> {
  readonly view: number
  readonly block: Digest
  readonly votes: readonly V[]
}

/** q PREPAREs with one valid view: what locks, and what justifies proposing the block again. */
export type Polka = VoteQuorum<Prepare>
/** q COMMITs: what decides. */
export type CommitQuorum = VoteQuorum<Commit>

interface ViewVotes {
  readonly prepares: Map<number, readonly Prepare[]>
  readonly commits: Map<number, readonly Commit[]>
}

/**
 * The votes of one height, by view and member. No member counts twice towards one threshold.
 *
 * A quorum for a block is noticed once, when its last vote arrives or when it arrives whole in a
 * bundle, and then stands for itself: it does not matter that single votes of it were not kept,
 * because their view is far away or because their member had voted twice before.
 */
export class VoteKeeper {
  readonly #quorum: number
  readonly #views = new Map<number, ViewVotes>()
  /** At most one polka in a view, as long as at most f members are faulty. */
  readonly #polkas = new Map<number, Polka>()
  /** At most one block has such a quorum, in whatever views, as long as at most f members are faulty. */
  #decision: CommitQuorum | undefined

  constructor(quorum: number) {
    this.#quorum = quorum
  }

  /** Keeps a vote. @returns an earlier vote of the same member that it contradicts */
  add(vote: Vote): Vote | undefined {
    const votes = this.#view(vote.view)
    const byMember: Map<number, readonly Vote[]> =
      vote.kind === 'prepare' ? votes.prepares : votes.commits
    const earlier = byMember.get(vote.member) ?? []
    if (earlier.some((other) => isAlike(other, vote))) return undefined
    if (earlier.length < VOTES_PER_MEMBER_MAX) {
      byMember.set(vote.member, [...earlier, vote])
      this.#notice([...byMember.values()].flat(), vote)
    }
    return earlier[0]
  }

  /** Whether a vote would be kept: it is new, and its member said at most one other thing there. */
  hasRoomFor(vote: Vote): boolean {
    const votes = this.#views.get(vote.view)
    const byMember = vote.kind === 'prepare' ? votes?.prepares : votes?.commits
    const earlier: readonly Vote[] = byMember?.get(vote.member) ?? []
    return earlier.length < VOTES_PER_MEMBER_MAX && !earlier.some((other) => isAlike(other, vote))
  }

  /** Whether votes that came as one hold a quorum that was not noticed before. */
  hasNewQuorum(bundle: readonly Vote[]): boolean {
    return bundle.some((like) => {
      const known = like.kind === 'prepare' ? this.#polkas.get(like.view) : this.#decision
      if (like.block === null || known !== undefined) return false
      const alike = bundle.filter((vote) => vote.kind === like.kind && isAlike(vote, like))
      return onePerMember(alike).length >= this.#quorum
    })
  }

  /** Looks for quorums among votes that came as one. */
  noticeQuorums(bundle: readonly Vote[]): void {
    for (const vote of bundle) this.#notice(bundle, vote)
  }

  #notice(votes: readonly Vote[], like: Vote): void {
    const { view, block } = like
    if (block === null) return
    if (like.kind === 'prepare') {
      if (this.#polkas.has(view)) return
      const alike = onePerMember(
        votes.filter((vote) => vote.kind === 'prepare' && isAlike(vote, like)),
      )
      if (alike.length >= this.#quorum)
        this.#polkas.set(view, { view, block, votes: alike as Prepare[] })
    } else if (this.#decision === undefined) {
      const alike = onePerMember(
        votes.filter((vote) => vote.kind === 'commit' && isAlike(vote, like)),
      )
      if (alike.length >= this.#quorum) this.#decision = { view, block, votes: alike as Commit[] }
    }
  }

  polka(view: number): Polka | undefined {
    return this.#polkas.get(view)
  }

  /** The polka of the greatest view between two views, both left out. */
  newestPolka(after: number, before: number): Polka | undefined {
    let newest: Polka | undefined
    for (const polka of this.#polkas.values()) {
      const between = polka.view > after && polka.view < before
      if (between && (newest === undefined || polka.view > newest.view)) newest = polka
    }
    return newest
  }

  /** The quorum that decides, with every other vote that agrees with it. */
  commitQuorum(): CommitQuorum | undefined {
    if (this.#decision === undefined) return undefined
    const { view, block, votes } = this.#decision
    const held = this.#commits(view).filter((vote) => vote.block === block)
    return { view, block, votes: onePerMember([...votes, ...held]) }
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
    const nils = [...(this.#views.get(view)?.prepares.values() ?? [])].flat().filter(isNil)
    return onePerMember(nils).length >= this.#quorum
  }

  /** A quorum of COMMIT(nil): nothing can be decided in this view. */
  nilCommits(view: number): readonly Commit[] | undefined {
    const nils = onePerMember(this.#commits(view).filter(isNil))
    return nils.length >= this.#quorum ? nils : undefined
  }

  /** COMMITs of a view for whatever, one for each member. */
  anyCommits(view: number): readonly Commit[] {
    return onePerMember(this.#commits(view))
  }

  /** All that is held of a member's votes. */
  votesOf(member: number): readonly Vote[] {
    return [...this.#views.values()].flatMap(({ prepares, commits }) => [
      ...(prepares.get(member) ?? []),
      ...(commits.get(member) ?? []),
    ])
  }

  /** Forgets views that are too far from the present one to matter, except those in `keep`. */
  forget(view: number, keep: readonly number[]): void {
    for (const views of [this.#views, this.#polkas]) {
      for (const old of views.keys()) {
        if (!isNearby(old, view) && !keep.includes(old)) views.delete(old)
      }
    }
  }

  #view(view: number): ViewVotes {
    const known = this.#views.get(view)
    if (known !== undefined) return known
    const fresh: ViewVotes = { prepares: new Map(), commits: new Map() }
    this.#views.set(view, fresh)
    return fresh
  }

  #commits(view: number): readonly Commit[] {
    return [...(this.#views.get(view)?.commits.values() ?? [])].flat()
  }
}

/**
 * Whether messages of a view are kept. Far ahead is where only a faulty member or a long absence
 * leads, and R9 and R11 end the absence. Far behind, nothing is missed: a lock has its polka kept,
 * and an older justification travels with the proposal that needs it.
 */
export function isNearby(view: number, presentView: number): boolean {
  return Math.abs(view - Math.max(presentView, 0)) <= NEARBY_VIEWS_MAX
}

function isNil(vote: Vote): boolean {
  return vote.block === null
}

/** Whether two votes say the same, whoever says it. */
function isAlike(a: Vote, b: Vote): boolean {
  if (a.view !== b.view || a.block !== b.block) return false
  return a.kind !== 'prepare' || b.kind !== 'prepare' || a.validView === b.validView
}

function onePerMember<V extends Vote>(votes: readonly V[]): readonly V[] {
  const byMember = new Map<number, V>()
  for (const vote of votes) if (!byMember.has(vote.member)) byMember.set(vote.member, vote)
  return [...byMember.values()]
}
