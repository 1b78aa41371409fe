import type { EventQueue } from '../clock/event-queue.ts'
import type { Network } from '../network.ts'
import type { Random } from '../random.ts'

export interface TwinParts {
  readonly queue: EventQueue
  readonly random: Random
  readonly network: Network
  /** The two places of one member. */
  readonly twins: readonly [number, number]
  readonly others: readonly number[]
}

const DIVIDE_MEAN_MS = 1_500

/**
 * Two unchanged nodes with one key. Now and then the others are divided anew, and each twin talks to
 * its half only, so that neither half sees both.
 */
export function divideTwins(parts: TwinParts): void {
  const { queue, random, network, twins, others } = parts
  for (const other of others) {
    const side = random.pick(twins)
    for (const twin of twins) {
      const change = twin === side ? 'mend' : 'cut'
      network[change](twin, other)
      network[change](other, twin)
    }
  }
  queue.after(random.exponential(DIVIDE_MEAN_MS), () => divideTwins(parts))
}
