import type { Digest } from '../digest.ts'
import { refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { checkKeyAt, readKeyHistory } from './key-history.ts'
import type { Rule } from './rule.ts'
import type { StateView } from './rule-context.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/** The newest rejoin of one consensus key. */
export interface RejoinState {
  readonly nonce: Digest
  /** Of the block that holds the record: the key may sign again after it. */
  readonly height: number
}

/** An organisation lets its own node sign again; only that node can tell whether the nonce is its own. */
export const rejoinRule: Rule<'rejoin'> = {
  signers: ['admin'],
  apply: ({ record, author, context, state }) => {
    const { consensusKey, nonce } = record.statement.predicate
    const key = readKeyHistory(state, consensusKey)
    if (key?.class !== 'consensus' || key.organisation !== author.organisation) {
      const whose = `${consensusKey} is no consensus key of ${author.organisation}`
      return refuse('not-allowed', whose)
    }
    const fault = checkKeyAt(key, context.height)
    if (fault !== undefined) return fault
    const rejoined: RejoinState = { nonce, height: context.height }
    return [{ key: stateKey.rejoin(consensusKey), value: encodeStateValue(rejoined) }]
  },
}

export function readRejoin(state: StateView, consensusKey: string): RejoinState | undefined {
  const bytes = state.get(stateKey.rejoin(consensusKey))
  return bytes === undefined ? undefined : decodeStateValue<RejoinState>(bytes)
}
