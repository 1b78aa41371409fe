import type { Query } from '../../protocol/queries/query.ts'
import type { LedgerView } from '../../protocol/queries/read-record.ts'
import type { ChainService, StoreSnapshot } from './deps.ts'
import { QUERY_SLICE_MS } from './limits.ts'

/**
 * Answers a question to the ledger, all of it as of one moment. However long the answer is, the node
 * does other things between its slices.
 *
 * @param ask is given the ledger to put the question to
 */
export async function runQuery<T>(
  { store, genesis }: Pick<ChainService, 'store' | 'genesis'>,
  ask: (ledger: LedgerView) => Query<T>,
): Promise<T> {
  const reader = store.snapshot()
  try {
    return await answer(ask({ reader, genesis }), reader)
  } finally {
    reader.close()
  }
}

async function answer<T>(query: Query<T>, reader: StoreSnapshot): Promise<T> {
  let sinceMs = performance.now()
  let step = query.next()
  while (step.done !== true) {
    const scan = step.value
    const isPause = scan.limit === 0
    const entries = isPause ? [] : await reader.scan(scan)
    if (isPause && performance.now() - sinceMs >= QUERY_SLICE_MS) {
      await new Promise(setImmediate)
      sinceMs = performance.now()
    }
    step = query.next(entries)
  }
  return step.value
}

export function ledgerOf({ store, genesis }: ChainService): LedgerView {
  return { reader: store, genesis }
}
