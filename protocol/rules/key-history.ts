import type { KeyClass } from '../chain/identity.ts'
import { type Rejection, refuse } from '../rejection.ts'
import { stateKey } from '../storage-keys.ts'
import type { StateView } from './rule-context.ts'
import { decodeStateValue, encodeStateValue } from './state-value.ts'

/**
 * Everything that was ever true of one key, kept in the current state: "valid at height h" never
 * needs an old state root.
 */
export interface KeyHistory {
  readonly organisation: string
  readonly class: KeyClass
  /** Of a person or data source; of the other classes the class itself. */
  readonly name: string
  /** Ascending and apart. */
  readonly intervals: readonly KeyInterval[]
}

/** Heights at which a key counts: from `from` up to but not including `to`, if it ever ended. */
export interface KeyInterval {
  readonly from: number
  readonly to?: number
}

export function encodeKeyHistory(history: KeyHistory): Uint8Array {
  return encodeStateValue(history)
}

/** @param bytes a value from the state, or from a state proof that was checked */
export function decodeKeyHistory(bytes: Uint8Array): KeyHistory {
  return decodeStateValue<KeyHistory>(bytes)
}

/** @returns undefined for a key that was never registered */
export function readKeyHistory(state: StateView, did: string): KeyHistory | undefined {
  const bytes = state.get(stateKey.key(did))
  return bytes === undefined ? undefined : decodeKeyHistory(bytes)
}

export function isKeyValidAt({ intervals }: KeyHistory, height: number): boolean {
  return intervals.some(({ from, to }) => from <= height && (to === undefined || height < to))
}

/** Refuses a key that does not count at `height`: not yet, or no longer. */
export function checkKeyAt(history: KeyHistory, height: number): Rejection | undefined {
  if (isKeyValidAt(history, height)) return undefined
  const first = history.intervals[0]?.from ?? Number.MAX_SAFE_INTEGER
  return height < first
    ? refuse('unknown-author', `the key of ${history.name} counts from block ${first}`)
    : refuse('not-allowed', `the key of ${history.name} does not count at block ${height}`)
}
