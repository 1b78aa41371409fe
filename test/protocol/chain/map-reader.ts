import type { Reader, Write } from '../../../protocol/ports.ts'

/** A store in a map, with the same semantics as a batch on disk. */
export class MapReader implements Reader {
  readonly map = new Map<string, Uint8Array>()

  get(key: string): Uint8Array | undefined {
    return this.map.get(key)
  }

  apply(writes: readonly Write[]): void {
    for (const { key, value } of writes) {
      if (value === undefined) this.map.delete(key)
      else this.map.set(key, value)
    }
  }
}
