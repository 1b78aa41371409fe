import type { Handler } from '../program.ts'

/** Turns a handler into a commander action. */
export type Run = <A extends readonly unknown[]>(
  handler: Handler<A>,
) => (...args: [...A, ...unknown[]]) => Promise<void>
