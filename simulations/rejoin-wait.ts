import { type Digest, digestOf } from '../protocol/digest.ts'
import { utf8Encode } from '../protocol/encoding/utf8.ts'
import { stateView } from '../protocol/queries/read-record.ts'
import { didOf } from '../protocol/records/did-key.ts'
import { guardAfterRejoin } from '../protocol/replica/durability/rejoining.ts'
import type { Disk } from './disk.ts'
import type { Random } from './random.ts'
import type { KeyPair } from './signatures.ts'

/** W11: one process of a node whose guard is lost. What daemon/driver/rejoin.ts is in the real world. */
export class RejoinWait {
  readonly nonce: Digest
  readonly #consensusKey: string

  constructor({ random, key }: { readonly random: Random; readonly key: KeyPair }) {
    this.nonce = digestOf(utf8Encode(`nonce ${random.word()} ${random.word()}`))
    this.#consensusKey = didOf(key.publicKey)
  }

  /** Begins a new guard once the record is there. @returns whether it did */
  begin(disk: Disk): boolean {
    if (!disk.guardIsLost) return false
    const guard = guardAfterRejoin(stateView(disk), this.#consensusKey, this.nonce)
    if (guard !== undefined) disk.revive(guard)
    return guard !== undefined
  }
}
