import type { Genesis } from '../chain/genesis.ts'
import { stateKey } from '../storage-keys.ts'
import { encodeKeyHistory } from './key-history.ts'
import type { StateChange } from './rule-context.ts'

/** Keys of the genesis count from the first block on. */
const FIRST_HEIGHT = 1

/** The state before block 1: one history for every key of every member, in all roles. */
export function genesisState(genesis: Genesis): StateChange {
  return genesis.document.members.flatMap(({ organisation, keys }) =>
    keys.map(({ class: keyClass, did, name }) => ({
      key: stateKey.key(did),
      value: encodeKeyHistory({
        organisation,
        class: keyClass,
        name,
        intervals: [{ from: FIRST_HEIGHT }],
      }),
    })),
  )
}
