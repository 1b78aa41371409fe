/** Where one relative stands, seen from the root, by the longest way. */
export interface Layer {
  /** The one before it on that way. */
  readonly parent: string
  /** Generations from the root. */
  readonly generation: number
}

/**
 * Where a tree draws each relative: behind the one that is farthest from the root, so that a merge
 * hangs below all that it is made of. The others only point to it.
 *
 * @param next what is one generation further; it has no cycles, and all of it is reached from the root
 */
export function layersOf(
  root: string,
  next: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Layer> {
  const waitsFor = new Map<string, number>()
  for (const others of next.values()) {
    for (const to of others) waitsFor.set(to, (waitsFor.get(to) ?? 0) + 1)
  }
  const layers = new Map<string, Layer>()
  const ready = [root]
  // They become ready in the order of their generations: the last way to reach one is the longest.
  for (const parent of ready) {
    const generation = (layers.get(parent)?.generation ?? 0) + 1
    for (const to of next.get(parent) ?? []) {
      layers.set(to, { parent, generation })
      const left = (waitsFor.get(to) ?? 0) - 1
      waitsFor.set(to, left)
      if (left === 0) ready.push(to)
    }
  }
  return layers
}
