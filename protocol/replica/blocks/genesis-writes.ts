import type { Genesis } from '../../chain/genesis.ts'
import { updateTree } from '../../chain/state-tree.ts'
import { utf8Encode } from '../../encoding/utf8.ts'
import type { Write } from '../../ports.ts'
import { genesisState } from '../../rules/genesis-state.ts'
import { storageKey } from '../../storage-keys.ts'

/** The first batch of an empty store: the state that genesis gives, and height 0. */
export function genesisWrites(genesis: Genesis): readonly Write[] {
  const state = genesisState(genesis)
  return [
    ...state.map(({ key, value }) => ({ key: storageKey.state(key), value })),
    ...updateTree({ get: () => undefined }, state).writes,
    { key: storageKey.meta('height'), value: utf8Encode('0') },
  ]
}
