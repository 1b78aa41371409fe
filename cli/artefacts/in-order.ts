/**
 * Does the same to many things, some at a time, and gives the results in the order of the things. Nothing
 * is under way any more when it ends, however it ends.
 *
 * @param atOnce how many are under way at most
 * @throws the first error, in the order of the things
 */
export async function* inOrder<T, R>(
  things: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  work: (thing: T) => Promise<R>,
): AsyncGenerator<R> {
  const going: Promise<R>[] = []
  try {
    for await (const thing of things) {
      const result = work(thing)
      // Until its turn comes nobody waits for it.
      result.catch(() => undefined)
      going.push(result)
      const oldest = going.length === atOnce ? going.shift() : undefined
      if (oldest !== undefined) yield await oldest
    }
    for (let next = going.shift(); next !== undefined; next = going.shift()) yield await next
  } finally {
    await Promise.allSettled(going)
  }
}
