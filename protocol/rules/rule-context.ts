import type { Genesis } from '../chain/genesis.ts'

/** The block in which a record is to take effect. */
export interface RuleContext {
  readonly genesis: Genesis
  readonly height: number
  /** Ledger time of the block, ms since the Unix epoch. */
  readonly timeMs: number
}

/** What rules may read. Keys are those of `stateKey` (storage-keys.ts). */
export interface StateView {
  get(stateKey: string): Uint8Array | undefined
}

/** What one record changes, each key at most once; values are canonical JSON. */
export type StateChange = readonly { readonly key: string; readonly value: Uint8Array }[]
