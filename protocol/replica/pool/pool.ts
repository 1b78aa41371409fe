import type { Digest } from '../../digest.ts'
import { POOL_BYTES_MAX, POOL_RECORDS_MAX, POOL_SHARE_MAX } from '../../limits.ts'
import type { LedgerRecord } from '../../records/record.ts'
import { type Rejection, refuse } from '../../rejection.ts'

export interface PoolEntry {
  readonly record: LedgerRecord
  readonly organisation: string
  /** Submitted by a client of this node, which waits for its outcome and sends it again when it lingers. */
  readonly own: boolean
}

/** What the records of one organisation take of the pool. */
interface Share {
  readonly records: number
  readonly bytes: number
}

const NO_SHARE: Share = { records: 0, bytes: 0 }

/** Records that were admitted and wait to be committed, in order of admission. Bounded in all directions. */
export class Pool {
  readonly #entries = new Map<Digest, PoolEntry>()
  readonly #byNonce = new Map<string, Digest>()
  readonly #shares = new Map<string, Share>()
  #bytes = 0

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(id: Digest): PoolEntry | undefined {
    return this.#entries.get(id)
  }

  has(id: Digest): boolean {
    return this.#entries.has(id)
  }

  entries(): IterableIterator<PoolEntry> {
    return this.#entries.values()
  }

  /** The other record of this author with this nonce, if one waits here. */
  rival(record: LedgerRecord): PoolEntry | undefined {
    const id = this.#byNonce.get(nonceKey(record))
    return id === undefined || id === record.id ? undefined : this.#entries.get(id)
  }

  /** @returns a rejection when there is no room for it */
  add(entry: PoolEntry): Rejection | undefined {
    const { record, organisation } = entry
    const size = record.envelope.length
    const share = this.#shareOf(organisation, 1, size)
    if (this.#entries.size >= POOL_RECORDS_MAX || this.#bytes + size > POOL_BYTES_MAX) {
      return refuse('pool-full', `the pool holds ${this.#entries.size} records already`)
    }
    if (
      share.bytes > POOL_BYTES_MAX * POOL_SHARE_MAX ||
      share.records > POOL_RECORDS_MAX * POOL_SHARE_MAX
    ) {
      return refuse('pool-full', `${organisation} fills its share of the pool already`)
    }
    this.#entries.set(record.id, entry)
    this.#byNonce.set(nonceKey(record), record.id)
    this.#shares.set(organisation, share)
    this.#bytes += size
    return undefined
  }

  /** A client of this node submitted what another member had forwarded already. */
  claim(id: Digest): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) this.#entries.set(id, { ...entry, own: true })
  }

  remove(id: Digest): PoolEntry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    const { record, organisation } = entry
    this.#entries.delete(id)
    this.#byNonce.delete(nonceKey(record))
    this.#bytes -= record.envelope.length
    const share = this.#shareOf(organisation, -1, -record.envelope.length)
    if (share.records > 0) this.#shares.set(organisation, share)
    else this.#shares.delete(organisation)
    return entry
  }

  #shareOf(organisation: string, records: number, bytes: number): Share {
    const share = this.#shares.get(organisation) ?? NO_SHARE
    return { records: share.records + records, bytes: share.bytes + bytes }
  }
}

function nonceKey(record: LedgerRecord): string {
  return `${record.ledger.author}/${record.ledger.nonce}`
}
