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
    for (const wake of waiting) {
      waiting.delete(wake)
      wake()
      return
    }
  }
  return {
    take: async (signal) => {
      while (free === 0) await nextWake(waiting, signal)
      free--
      return once(release)
    },
  }
}

function nextWake(waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const wake = () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    const abort = () => {
      waiting.delete(wake)
      reject(signal?.reason)
    }
    waiting.add(wake)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (!done) action()
    done = true
  }
}
