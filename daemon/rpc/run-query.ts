import type { Query } from '../../protocol/queries/query.ts'
import type { LedgerView } from '../../protocol/queries/read-record.ts'
import type { ChainService, ChainStore } from './deps.ts'

/** Answers a question to the ledger, scan by scan. */
export async function runQuery<T>(query: Query<T>, store: ChainStore): Promise<T> {
  let step = query.next()
  while (step.done !== true) step = query.next(await store.scan(step.value))
  return step.value
}

export function ledgerOf({ store, genesis }: ChainService): LedgerView {
  return { reader: store, genesis }
}
