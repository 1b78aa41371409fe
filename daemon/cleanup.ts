import type { Log } from './log.ts'

interface Step {
  readonly what: string
  readonly undo: () => Promise<void> | void
}

/** What was started, to be stopped in reverse. One that fails to stop does not keep the others up. */
export class Cleanup {
  readonly #steps: Step[] = []

  add(what: string, undo: () => Promise<void> | void): void {
    this.#steps.push({ what, undo })
  }

  async run(log: Log): Promise<void> {
    for (const { what, undo } of this.#steps.splice(0).reverse()) {
      try {
        await undo()
      } catch (error) {
        log.error({ err: error, what }, 'could not be stopped in good order')
      }
    }
  }
}
