import { assert } from '../../protocol/assert.ts'
import type { Guard, Reader } from '../../protocol/ports.ts'
import { isSignedElsewhere } from '../../protocol/replica/durability/foreign-use.ts'
import { readProof } from '../../protocol/replica/ledger.ts'
import { StorageError } from '../storage/storage-error.ts'

export interface KeyWatchOptions {
  readonly store: Reader
  readonly guard: { readonly durable: Guard | null; condemn(): Promise<void> }
  /** Index in the committee. */
  readonly self: number
  readonly fatal: (error: Error) => void
}

/**
 * W10: ends a node whose key signs elsewhere, before it contradicts itself any further. It signs nothing
 * after the next start, until it rejoins. To be called after every block, with its height.
 */
export function watchOwnKey({ store, guard, self, fatal }: KeyWatchOptions, height: number): void {
  const { durable } = guard
  assert(durable !== null, 'only a node with its guard signs')
  if (!isSignedElsewhere(readProof(store, height), self, durable)) return
  const detail = `the consensus key of this home has signed block ${height}, and this node did not`
  const remedy = 'make sure that no other node has the key, start this one again, and let it rejoin'
  const error = new StorageError('key-used-elsewhere', `${detail}: ${remedy}`)
  void guard.condemn().then(() => fatal(error), fatal)
}
