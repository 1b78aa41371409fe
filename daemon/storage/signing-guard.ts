import { assert } from '../../protocol/assert.ts'
import type { Digest } from '../../protocol/digest.ts'
import { utf8Encode } from '../../protocol/encoding/utf8.ts'
import type { Guard } from '../../protocol/ports.ts'
import { decodeSlot, encodeSlot, type GuardSlot, SLOT_BYTES } from './guard-slot.ts'
import { StorageError } from './storage-error.ts'
import { SyncedFile } from './synced-file.ts'

const NOTHING_SIGNED: Guard = { height: 0, view: 0, prePrepare: null, prepare: null, commit: null }
/** Stands where a slot would, and is none. */
const LOST = utf8Encode('the signing guard was lost: this key signs nothing more on this chain')
const FIELDS = ['prePrepare', 'prepare', 'commit'] as const

/**
 * What the consensus key of one chain has signed last, on disk before a signature leaves (W3). Two
 * slots are written in turn, so that a crash in the middle of one leaves the other.
 */
export class SigningGuard {
  readonly #chain: Digest
  readonly #file: SyncedFile
  #sequence: number
  #requested: Guard | null
  #durable: Guard | null
  #state: 'new' | 'sound' | 'corrupt'

  private constructor(
    chain: Digest,
    file: SyncedFile,
    bytes: Uint8Array,
    slot: GuardSlot | undefined,
  ) {
    this.#chain = chain
    this.#file = file
    this.#sequence = slot?.sequence ?? 0
    this.#durable = slot?.guard ?? null
    this.#requested = this.#durable
    this.#state = slot === undefined ? stateWithoutSlot(bytes) : 'sound'
  }

  /**
   * A file in which no slot is valid any more is corrupt: nobody knows what this key has signed, and
   * it must not sign again (W9).
   *
   * @throws StorageError storage-foreign, storage-failed
   */
  static async open(path: string, chain: Digest): Promise<SigningGuard> {
    const file = await SyncedFile.open(path)
    const bytes = file.read()
    const first = decodeSlot(bytes.subarray(0, SLOT_BYTES))
    const second = decodeSlot(bytes.subarray(SLOT_BYTES, 2 * SLOT_BYTES))
    const slot = newer(first, second)
    if (slot !== undefined && slot.chain !== chain) {
      await file.close()
      throw new StorageError(
        'storage-foreign',
        `${path} is the signing guard of chain ${slot.chain}`,
      )
    }
    return new SigningGuard(chain, file, bytes, slot)
  }

  /** Nothing was ever written to it: right for a node that starts its chain, a loss for any other. */
  get isNew(): boolean {
    return this.#state === 'new'
  }

  get isCorrupt(): boolean {
    return this.#state === 'corrupt'
  }

  /** A first slot for a chain that begins, so that from now on a torn write always leaves another one. */
  async begin(): Promise<void> {
    assert(this.isNew, 'a guard begins once')
    await this.raise(NOTHING_SIGNED)
    this.#state = 'sound'
  }

  /** What was signed is not known, or not all of it: from now on, and at every start, nothing is. */
  async condemn(): Promise<void> {
    this.#state = 'corrupt'
    const slots = new Uint8Array(2 * SLOT_BYTES)
    slots.set(LOST)
    this.#file.write(slots, 0)
    await this.#file.sync()
  }

  /** The key may sign again from here on, where nobody can have made it sign before (W11). */
  async revive(guard: Guard): Promise<void> {
    assert(this.isCorrupt, 'only a lost guard is brought back')
    this.#state = 'sound'
    await this.raise(guard)
  }

  /** What is on disk: the only things that may be signed. Null when it is new or corrupt. */
  get durable(): Guard | null {
    return this.#durable
  }

  /**
   * @throws InvariantError for a guard that goes back, or that changes what was set for one place
   * @throws StorageError storage-failed
   */
  async raise(guard: Guard): Promise<void> {
    assert(!this.isCorrupt, 'nothing is signed behind a corrupt guard')
    checkRaise(this.#requested, guard)
    this.#requested = guard
    this.#sequence++
    const slot = encodeSlot({ chain: this.#chain, sequence: this.#sequence, guard })
    this.#file.write(slot, (this.#sequence % 2) * SLOT_BYTES)
    await this.#file.sync()
    this.#durable = guard
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

function newer(a: GuardSlot | undefined, b: GuardSlot | undefined): GuardSlot | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.sequence > b.sequence ? a : b
}

/** A new file is empty, or all zeros when the machine stopped while it was being made. */
function stateWithoutSlot(bytes: Uint8Array): 'new' | 'corrupt' {
  return bytes.every((byte) => byte === 0) ? 'new' : 'corrupt'
}

function checkRaise(present: Guard | null, next: Guard): void {
  if (present === null) return
  const forward =
    next.height > present.height || (next.height === present.height && next.view >= present.view)
  assert(forward, `the guard never goes back from ${placeOf(present)} to ${placeOf(next)}`)
  if (placeOf(next) !== placeOf(present)) return
  for (const field of FIELDS) {
    const unchanged = present[field] === null || present[field] === next[field]
    assert(unchanged, `at ${placeOf(next)} one ${field} is signed, and no other`)
  }
}

function placeOf({ height, view }: Guard): string {
  return `${height}/${view}`
}
