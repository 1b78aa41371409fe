import type { SignedStatement } from '../signable-reader.ts'

/** Everything that any member, honest or not, has ever signed in one world. */
export class StatementBook {
  /** Place in consensus and content -> members that signed exactly that. */
  readonly #signers = new Map<string, Set<number>>()
  readonly #validViews = new Map<string, Set<number>>()

  add(member: number, statement: SignedStatement): void {
    const key = contentKey(statement)
    const signers = this.#signers.get(key) ?? new Set<number>()
    this.#signers.set(key, signers.add(member))
    if (statement.kind !== 'prepare') return
    const place = blockKey(statement)
    const views = this.#validViews.get(place) ?? new Set<number>()
    this.#validViews.set(place, views.add(statement.validView))
  }

  signed(member: number, statement: SignedStatement): boolean {
    return this.#signers.get(contentKey(statement))?.has(member) ?? false
  }

  /** Whether a quorum of distinct members prepared this block in this view, all with one valid view. */
  hasPolka(at: Pick<SignedStatement, 'height' | 'view' | 'block'>, quorum: number): boolean {
    for (const validView of this.#validViews.get(blockKey(at)) ?? []) {
      const key = contentKey({ ...at, kind: 'prepare', validView })
      if ((this.#signers.get(key)?.size ?? 0) >= quorum) return true
    }
    return false
  }
}

function contentKey({
  kind,
  height,
  view,
  block,
  validView,
}: Omit<SignedStatement, 'chain'>): string {
  return `${kind} ${height}/${view} ${block ?? 'nil'} ${validView}`
}

function blockKey({
  height,
  view,
  block,
}: Pick<SignedStatement, 'height' | 'view' | 'block'>): string {
  return `${height}/${view} ${block ?? 'nil'}`
}
