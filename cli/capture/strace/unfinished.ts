import { UNFINISHED_CALLS_MAX } from '../bounds.ts'

const UNFINISHED = / ?<unfinished \.\.\.>$/
const RESUMED = /^<\.\.\. \w+ resumed> ?/

/** Puts the two halves of a system call together that another thread's line has cut in two. */
export class UnfinishedCalls {
  readonly #heads = new Map<number, string>()

  /** @returns the whole line; undefined while its end is still to come, or when its head is not known */
  whole(process: number, line: string): string | undefined {
    if (UNFINISHED.test(line)) {
      if (this.#heads.size < UNFINISHED_CALLS_MAX) {
        this.#heads.set(process, line.replace(UNFINISHED, ''))
      }
      return undefined
    }
    if (!line.startsWith('<... ')) return line
    const head = this.#heads.get(process)
    this.#heads.delete(process)
    return head === undefined ? undefined : head + line.replace(RESUMED, '')
  }

  ended(process: number): void {
    this.#heads.delete(process)
  }
}
