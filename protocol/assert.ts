/** A broken invariant is our own bug: the chain it happens on stops, and nothing is written after it. */
export class InvariantError extends Error {
  static readonly code = 'INVARIANT'
  override readonly name = 'InvariantError'
}

/**
 * States what must hold here. Stays on in production.
 *
 * @param sentence what holds when all is well, as a sentence
 * @throws InvariantError when it does not
 */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence)
}

/** Closes a switch over a union: the compiler proves that no kind was forgotten. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected variant: ${JSON.stringify(value)}`)
}
