import { checkPossession } from '../chain/identity.ts'
import { refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import { encodeKeyHistory } from './key-history.ts'
import type { Rule } from './rule.ts'

/** An organisation's admin registers its own people and data sources; they count one block later. */
export const keyRule: Rule<'key'> = {
  signers: ['admin'],
  apply: ({ record, author, context, state }) => {
    const { key } = record.statement.predicate
    if (state.get(stateKey.key(key.did)) !== undefined) return refuse('duplicate-key', key.did)
    const fault = checkPossession(author.organisation, key)
    if (fault !== undefined) return fault
    const value = encodeKeyHistory({
      organisation: author.organisation,
      class: key.class,
      name: key.name,
      intervals: [{ from: context.height + 1 }],
    })
    return [{ key: stateKey.key(key.did), value }]
  },
}
