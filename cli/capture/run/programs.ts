import { PROGRAMS_MAX } from '../bounds.ts'
import { type BytePath, shownBytes, toBuffer } from '../byte-path.ts'
import { opaqueParts } from '../environment/opaque.ts'
import { isSetuid } from './resolve-program.ts'

/** What programs that were started tell of what a capture cannot see. */
export class Programs {
  /** A sentence each. */
  readonly opaque = new Set<string>()
  /** Those that run with other rights, which tracing takes from them. */
  readonly setuid = new Set<string>()
  readonly paths = new Set<BytePath>()
  readonly #isTraced: boolean

  constructor(isTraced: boolean) {
    this.#isTraced = isTraced
  }

  started(path: BytePath, argv: readonly string[]): void {
    for (const sentence of opaqueParts(argv)) this.opaque.add(sentence)
    if (this.paths.has(path) || this.paths.size >= PROGRAMS_MAX) return
    this.paths.add(path)
    if (this.#isTraced && isSetuid(toBuffer(path))) this.setuid.add(shownBytes(path))
  }

  notes(): readonly string[] {
    if (this.setuid.size === 0) return []
    const names = [...this.setuid].join(', ')
    return [`${names} ran without the rights of its owner, because it was traced: try --no-strace`]
  }
}
