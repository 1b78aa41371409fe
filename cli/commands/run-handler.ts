import type { Context } from '../context.ts'

/** What a command does; the exit code is 0 where it names none. */
export type Handler<A extends readonly unknown[]> = (
  context: Context,
  ...args: A
) => Promise<number | undefined>

/** Turns a handler into a commander action. */
export type Run = <A extends readonly unknown[]>(
  handler: Handler<A>,
) => (...args: [...A, ...unknown[]]) => Promise<void>
