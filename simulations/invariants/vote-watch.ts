import type { Genesis } from '../../protocol/chain/genesis.ts'
import { blockIdOf } from '../../protocol/chain/header.ts'
import type { ConsensusInput } from '../../protocol/consensus/input.ts'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import type { Guard } from '../../protocol/ports.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { decodeWalEntry } from '../../protocol/replica/durability/wal-entry.ts'
import type { ReplicaEffect } from '../../protocol/replica/effect.ts'
import type { Observed, Observer } from '../observer.ts'
import { describeStatement, readSignable, type SignedStatement } from '../signable-reader.ts'
import { hold } from '../violation.ts'
import { quorumOf } from './quorums.ts'
import { StatementBook } from './statement-book.ts'

/**
 * Watches every signature of a consensus key: nothing is signed before it is durable, no honest
 * member contradicts itself, and locks are kept (consensus rules R2 to R6, W2 to W5).
 */
export class VoteWatch implements Observer {
  readonly book = new StatementBook()
  readonly #genesis: Genesis
  readonly #quorum: number
  /** Of each honest member: what it said in each place. */
  readonly #said = new Map<string, SignedStatement>()
  /** Of each honest member and height: its COMMITs for blocks. */
  readonly #commits = new Map<string, SignedStatement[]>()
  /** Height and view of everything that honest members said. */
  readonly #views = new Set<string>()
  readonly #guards = new Map<number, Guard>()

  constructor(genesis: Genesis) {
    this.#genesis = genesis
    this.#quorum = quorumOf(genesis.committee.members.length)
  }

  signed(node: Observed, signable: Uint8Array): void {
    const statement = readSignable(signable)
    hold(
      statement !== undefined,
      'no conflicting votes',
      () => `${node.name} signs what is no statement of consensus`,
    )
    if (statement === undefined) return
    this.book.add(node.member, statement)
    if (node.faulty) return
    hold(
      statement.chain === this.#genesis.chain,
      'no conflicting votes',
      () => `${node.name} signs ${describeStatement(statement)} without naming its chain`,
    )
    this.#persisted(node, signable, statement)
    this.#consistent(node, statement)
    this.#viewFollows(node, statement)
    if (statement.kind === 'prepare') this.#prepareKeepsLock(node, statement)
    if (statement.kind === 'commit' && statement.block !== null) this.#commitLocks(node, statement)
  }

  effect(node: Observed, effect: ReplicaEffect): void {
    if (effect.kind !== 'persist' || node.faulty) return
    const before = this.#guards.get(node.place)
    const after = effect.guard
    hold(
      before === undefined || rises(before, after),
      'guard rises',
      () =>
        `${node.name} moves its guard from ${JSON.stringify(before)} to ${JSON.stringify(after)}`,
    )
    this.#guards.set(node.place, after)
  }

  /** A crash may have kept the guard that was there before. */
  stopped(node: Observed): void {
    const { guard } = node.disk
    if (guard === null) this.#guards.delete(node.place)
    else this.#guards.set(node.place, guard)
  }

  /**
   * W2 for every statement. W5: whoever commits to a block has its body where a crash cannot take it.
   * R2, R3, R5: whoever votes for a block has found it valid, or built it.
   */
  #persisted(node: Observed, signable: Uint8Array, statement: SignedStatement): void {
    const digest = digestOf(signable)
    const { kind, block } = statement
    let [logged, hasBody, foundValid] = [false, kind !== 'commit' || block === null, block === null]
    for (const bytes of node.disk.syncedLog) {
      const entry = decodeWalEntry(bytes)
      if (isRejection(entry)) continue
      logged ||= entry.kind === 'signed' && entry.signable === digest
      hasBody ||= entry.kind === 'block' && blockIdOf(entry.header) === block
      foundValid ||= entry.kind === 'input' && saysValid(entry.input, block)
    }
    const what = describeStatement(statement)
    hold(
      logged,
      'sent implies persisted',
      () => `${node.name} signs ${what} before it is in the synced log`,
    )
    hold(
      hasBody,
      'sent implies persisted',
      () => `${node.name} signs ${what} without having its body in the synced log`,
    )
    hold(foundValid, 'valid', () => `${node.name} signs ${what}, which it has not found valid`)
  }

  #consistent(node: Observed, statement: SignedStatement): void {
    const key = `${node.member} ${statement.kind} ${statement.height}/${statement.view}`
    const before = this.#said.get(key)
    const same =
      before === undefined ||
      (before.block === statement.block && before.validView === statement.validView)
    hold(same, 'no conflicting votes', () => {
      return `${node.name} signs ${describeStatement(statement)} after ${before === undefined ? 'nothing' : describeStatement(before)}`
    })
    this.#said.set(key, statement)
  }

  /** Whoever enters a view first does so by a quorum of COMMITs in the view before, and follows nobody but the honest. */
  #viewFollows(node: Observed, statement: SignedStatement): void {
    const { height, view } = statement
    const follows = view === 0 || this.#views.has(`${height}/${view - 1}`)
    hold(follows, 'view change', () => {
      return `${node.name} signs ${describeStatement(statement)}, and nobody honest was in the view before`
    })
    this.#views.add(`${height}/${view}`)
  }

  #prepareKeepsLock(node: Observed, prepare: SignedStatement): void {
    const { height, view, block, validView } = prepare
    if (block === null) return
    if (validView >= 0) {
      const justified =
        validView < view && this.book.hasPolka({ height, view: validView, block }, this.#quorum)
      hold(
        justified,
        'lock',
        () => `${node.name} signs ${describeStatement(prepare)}, which no polka justifies`,
      )
    }
    for (const commit of this.#commits.get(lockKey(node, height)) ?? []) {
      const free = commit.view >= view || commit.block === block || validView >= commit.view
      hold(
        free,
        'lock',
        () =>
          `${node.name} signs ${describeStatement(prepare)} while locked by ${describeStatement(commit)}`,
      )
    }
  }

  #commitLocks(node: Observed, commit: SignedStatement): void {
    const polka = this.book.hasPolka(commit, this.#quorum)
    hold(
      polka,
      'lock',
      () => `${node.name} signs ${describeStatement(commit)}, which no quorum prepared`,
    )
    const key = lockKey(node, commit.height)
    this.#commits.set(key, [...(this.#commits.get(key) ?? []), commit])
  }
}

function saysValid(input: ConsensusInput, block: Digest | null): boolean {
  if (input.kind === 'built') return input.block === block
  return input.kind === 'checked' && input.block === block && input.valid
}

function lockKey(node: Observed, height: number): string {
  return `${node.member} ${height}`
}

/** Never back in height and view, and within one place nothing that was named is unsaid. */
function rises(before: Guard, after: Guard): boolean {
  if (after.height !== before.height) return after.height > before.height
  if (after.view !== before.view) return after.view > before.view
  return (['prePrepare', 'prepare', 'commit'] as const).every(
    (kind) => before[kind] === null || before[kind] === after[kind],
  )
}
