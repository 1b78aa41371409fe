import type { Guard, Reader, Write } from '../protocol/ports.ts'
import type { EventQueue } from './clock/event-queue.ts'
import type { Random } from './random.ts'

export interface DiskHabits {
  /** Mean virtual ms of one synced write. */
  readonly syncMeanMs: number
  /** Breaks the order in which it was told to sync: a crash may leave the guard without its log. */
  readonly disorderly: boolean
}

const SURVIVORS_IN_ORDER = ['log', 'neither'] as const
const SURVIVORS = ['guard', ...SURVIVORS_IN_ORDER] as const

/** What a restarting node finds. */
export interface Recovered {
  readonly log: readonly Uint8Array[]
  readonly guard: Guard | null
}

/** The write-ahead log of one height: entries, of which the first `synced` are on the platter. */
interface LogSegment {
  readonly height: number
  entries: Uint8Array[]
  synced: number
}

/** A write on its way to the platter. Both kinds are synced in the order of their start. */
type Pending =
  | {
      readonly kind: 'persist'
      readonly segment: LogSegment
      readonly entries: number
      readonly guard: Guard
      readonly done: () => void
    }
  | {
      readonly kind: 'commit'
      readonly height: number
      readonly writes: readonly Write[]
      readonly done: () => void
    }

/**
 * The durable part of one node: a key/value store, the write-ahead log of the open height and the
 * signing guard. A crash loses what was not synced, or keeps any prefix of it, as a real disk may.
 */
export class Disk implements Reader {
  readonly #queue: EventQueue
  readonly #random: Random
  readonly #habits: DiskHabits
  readonly #store = new Map<string, Uint8Array>()
  #segments: LogSegment[]
  #guard: Guard | null = null
  #guardIsLost = false
  #pending: Pending[] = []
  #generation = 0
  #busyUntilMs = 0

  constructor(queue: EventQueue, random: Random, habits: DiskHabits) {
    this.#queue = queue
    this.#random = random
    this.#habits = habits
    this.#segments = [{ height: 1, entries: [], synced: 0 }]
  }

  get(key: string): Uint8Array | undefined {
    return this.#store.get(key)
  }

  /** What has reached the platter. */
  get guard(): Guard | null {
    return this.#guard
  }

  /** Nobody knows any more what was signed. */
  get guardIsLost(): boolean {
    return this.#guardIsLost
  }

  get store(): ReadonlyMap<string, Uint8Array> {
    return this.#store
  }

  /** Entries in the log of the open height, synced or not. */
  get logEntries(): number {
    return this.#last.entries.length
  }

  /** What a crash at this moment could not take. */
  get syncedLog(): readonly Uint8Array[] {
    return this.#segments.flatMap(({ entries, synced }) => entries.slice(0, synced))
  }

  /** The writes of genesis: before the world begins. */
  install(writes: readonly Write[]): void {
    this.#apply(writes)
  }

  append(entry: Uint8Array): void {
    this.#last.entries.push(entry)
  }

  persist(guard: Guard, done: () => void): void {
    const segment = this.#last
    this.#begin({ kind: 'persist', segment, entries: segment.entries.length, guard, done })
  }

  /** One atomic batch; what is logged from here on belongs to the next height. */
  commit(height: number, writes: readonly Write[], done: () => void): void {
    this.#begin({ kind: 'commit', height, writes, done })
    this.#segments.push({ height: height + 1, entries: [], synced: 0 })
  }

  /** Power fails: writes under way stop at any point, and memory is gone. */
  crash(): void {
    this.#generation++
    const pending = this.#pending
    this.#pending = []
    for (const write of pending) {
      if (!this.#random.chance(0.5)) {
        this.#tear(write)
        break
      }
      this.#finish(write)
    }
    const open = this.#segments[0] as LogSegment
    const kept = this.#random.integer(open.synced, open.entries.length)
    this.#segments = [{ height: open.height, entries: open.entries.slice(0, kept), synced: kept }]
  }

  recover(): Recovered {
    return { log: [...this.#last.entries], guard: this.#guard }
  }

  /** Someone with root access edits the store behind the node's back. */
  tamper(key: string, value: Uint8Array | undefined): void {
    this.#apply([{ key, value }])
  }

  /** The store is begun anew, as a repair from the peers does; the signing guard stays. */
  empty(writes: readonly Write[]): void {
    this.#store.clear()
    this.#segments = [{ height: 1, entries: [], synced: 0 }]
    this.#apply(writes)
  }

  /** Another disk in its place, with nothing on it but the genesis; the key is restored. */
  lose(writes: readonly Write[]): void {
    this.empty(writes)
    this.#guard = null
    this.#guardIsLost = true
  }

  /** W11: a new guard in the place of the lost one. */
  revive(guard: Guard): void {
    this.#guard = guard
    this.#guardIsLost = false
  }

  get #last(): LogSegment {
    return this.#segments.at(-1) as LogSegment
  }

  #begin(write: Pending): void {
    this.#pending.push(write)
    const startMs = Math.max(this.#queue.nowMs, this.#busyUntilMs)
    this.#busyUntilMs = startMs + this.#random.exponential(this.#habits.syncMeanMs)
    const generation = this.#generation
    this.#queue.after(this.#busyUntilMs - this.#queue.nowMs, () => {
      if (generation !== this.#generation) return
      this.#pending.shift()
      this.#finish(write)
      write.done()
    })
  }

  #finish(write: Pending): void {
    if (write.kind === 'persist') {
      write.segment.synced = Math.max(write.segment.synced, write.entries)
      this.#guard = write.guard
      return
    }
    this.#apply(write.writes)
    this.#segments = this.#segments.filter((segment) => segment.height > write.height)
  }

  /** The log is synced before the guard (decision 1), if the disk does as it is told. A batch is atomic. */
  #tear(write: Pending): void {
    if (write.kind === 'commit') return
    const survivors = this.#habits.disorderly ? SURVIVORS : SURVIVORS_IN_ORDER
    const survivor = this.#random.pick(survivors)
    if (survivor === 'guard') this.#guard = write.guard
    if (survivor === 'log') write.segment.synced = Math.max(write.segment.synced, write.entries)
  }

  #apply(writes: readonly Write[]): void {
    for (const { key, value } of writes) {
      if (value === undefined) this.#store.delete(key)
      else this.#store.set(key, value)
    }
  }
}
