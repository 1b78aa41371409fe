import type { Level } from 'level'

/** The keys and values of the whole database, as bytes behind text keys. */
export type LevelDatabase = Level<string, Uint8Array>
