import type { Digest } from '../../protocol/digest.ts'
import type { ChainService } from './deps.ts'
import { createPendingRecords, type PendingRecords } from './pending-records.ts'
import { fail } from './problem-error.ts'

/** One chain, as the routes see it. */
export interface ChainContext extends ChainService {
  readonly pending: PendingRecords
}

export interface Chains {
  /** @throws ProblemError unknown-chain */
  of(chain: Digest): ChainContext
  close(): void
}

export function createChains(services: readonly ChainService[]): Chains {
  const chains = new Map<Digest, ChainContext>()
  const unsubscribe: (() => void)[] = []
  for (const service of services) {
    const pending = createPendingRecords()
    chains.set(service.genesis.chain, { ...service, pending })
    const stop = service.driver.listen((event) => {
      if (event.kind === 'settled') pending.settle(event.record)
    })
    unsubscribe.push(stop)
  }
  return {
    of: (chain) => {
      const context = chains.get(chain)
      if (context === undefined) throw fail('unknown-chain', `this node does not follow ${chain}`)
      return context
    },
    close: () => {
      for (const stop of unsubscribe) stop()
    },
  }
}
