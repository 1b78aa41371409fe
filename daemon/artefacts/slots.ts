import { orAbort } from './or-abort.ts'

/** A fixed number of places; whoever comes later waits for one. */
export interface Slots {
  /** Answers how to give the place back. Rejects with the signal's reason while still waiting. */
  take(signal?: AbortSignal): Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = count
  const waiting = new Set<() => void>()
  const release = () => {
    free++
    const [wake] = waiting
    wake?.()
  }
  return {
    take: async (signal) => {
      while (free === 0) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await orAbort(promise, signal).finally(() => waiting.delete(resolve))
      }
      free--
      return release
    },
  }
}
