import { Level } from 'level'
import type { Digest } from '../../protocol/digest.ts'
import { utf8Decode, utf8Encode } from '../../protocol/encoding/utf8.ts'
import { ChainStore } from './chain-store.ts'
import type { LevelDatabase } from './level-database.ts'
import { StorageError, storageFailure } from './storage-error.ts'

/** Magic word and version of everything in the database; raised when the layout changes. */
const FORMAT = 'pedigree-data/1'
const FORMAT_FAMILY = 'pedigree-data/'
/** Outside every chain's prefix, which is hexadecimal. */
const FORMAT_KEY = 'pedigree/format'
const NETWORK_KEY = 'pedigree/network'

const CACHE_BYTES = 67_108_864
const WRITE_BUFFER_BYTES = 16_777_216

/**
 * One LevelDB for all chains of a node. A chain's keys start with the first 16 hex digits of its id.
 */
export class Database {
  readonly #level: LevelDatabase

  private constructor(level: LevelDatabase) {
    this.#level = level
  }

  /**
   * @param network chain id of the main chain: data of another network is refused
   * @throws StorageError storage-locked, storage-damaged, storage-version, storage-foreign, storage-failed
   */
  static async open(folder: string, network: Digest): Promise<Database> {
    const level: LevelDatabase = new Level<string, Uint8Array>(folder, {
      keyEncoding: 'utf8',
      valueEncoding: 'view',
      cacheSize: CACHE_BYTES,
      writeBufferSize: WRITE_BUFFER_BYTES,
    })
    try {
      await level.open()
    } catch (cause) {
      throw openFailure(folder, cause)
    }
    try {
      await checkMarkers(level, folder, network)
    } catch (error) {
      await level.close()
      throw error
    }
    return new Database(level)
  }

  chainStore(chain: Digest): ChainStore {
    return new ChainStore(this.#level, chain)
  }

  close(): Promise<void> {
    return this.#level.close()
  }
}

async function checkMarkers(level: LevelDatabase, folder: string, network: Digest): Promise<void> {
  const format = level.getSync(FORMAT_KEY)
  if (format === undefined) return writeMarkers(level, folder, network)
  const text = utf8Decode(format) ?? ''
  if (text !== FORMAT) {
    const known = text.startsWith(FORMAT_FAMILY)
    const detail = known
      ? `has format ${text}, this software knows ${FORMAT}`
      : 'is not of Pedigree'
    throw new StorageError('storage-version', `the data in ${folder} ${detail}`)
  }
  const owner = utf8Decode(level.getSync(NETWORK_KEY) ?? new Uint8Array(0))
  if (owner !== network) {
    const message = `the data in ${folder} belongs to the network ${owner}, genesis.json is of ${network}`
    throw new StorageError('storage-foreign', message)
  }
}

async function writeMarkers(level: LevelDatabase, folder: string, network: Digest): Promise<void> {
  const [first] = await level.keys({ limit: 1 }).all()
  if (first !== undefined) {
    throw new StorageError('storage-version', `the data in ${folder} is not of Pedigree`)
  }
  await level.batch(
    [
      { type: 'put', key: FORMAT_KEY, value: utf8Encode(FORMAT) },
      { type: 'put', key: NETWORK_KEY, value: utf8Encode(network) },
    ],
    { sync: true },
  )
}

/** LevelDB says why in the cause: another process, damage, or the operating system. */
function openFailure(folder: string, error: unknown): StorageError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'LEVEL_LOCKED') {
    return new StorageError('storage-locked', `another process uses the data in ${folder}`, {
      cause,
    })
  }
  if (code === 'LEVEL_CORRUPTION') {
    const remedy =
      'move the folder away and start again: the node fetches the ledger from the others'
    return new StorageError('storage-damaged', `the data in ${folder} is damaged: ${remedy}`, {
      cause,
    })
  }
  return storageFailure(`the data in ${folder} cannot be opened`, cause)
}
