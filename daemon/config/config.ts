import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Genesis } from '../../protocol/chain/genesis.ts'
import { parseGenesis } from '../../protocol/chain/genesis.ts'
import type { Digest } from '../../protocol/digest.ts'
import type { SchemaCheck } from '../../protocol/encoding/schema.ts'
import {
  HOME_FILES,
  type HomeConfig,
  type PeersFile,
  socketFolder,
  socketPath,
} from '../../protocol/home.ts'
import { GENESIS_BYTES_MAX } from '../../protocol/limits.ts'
import { isRejection } from '../../protocol/rejection.ts'
import { parseJson } from '../json-file.ts'
import type { NodeKeys } from '../keys/key-file.ts'
import { isSystemError } from '../system-error.ts'
import { readBoundedFile } from './bounded-file.ts'
import { checkHomeFile, checkPeersFile } from './config-schema.ts'

export type ConfigCode =
  | 'home-missing'
  | 'home-malformed'
  | 'genesis-missing'
  | 'genesis-invalid'
  | 'peers-malformed'
  | 'organisation-not-a-member'
  | 'keys-not-in-genesis'
  | 'file-unreadable'

/** A home that this node cannot run from. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: ConfigCode

  constructor(code: ConfigCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface NodeConfig {
  /** Absolute, symbolic links resolved. */
  readonly home: string
  readonly organisation: string
  /** Multiaddrs without the peer id. */
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  /** Multiaddrs of members beside those in genesis, with or without the peer id. */
  readonly peers: readonly string[]
  readonly genesis: Genesis
  /** Canonical JSON, as it lies in the home. */
  readonly genesisBytes: Uint8Array
  /** Index of this organisation in the committee. */
  readonly self: number
  /** Path of the local API's socket. */
  readonly socket: string
  /** Of the local API on loopback; undefined where it is off. */
  readonly rpcTcpPort: number | undefined
}

const CONFIG_BYTES_MAX = 65_536

/**
 * Reads everything in a home that is no key.
 *
 * @throws ConfigError that names the file and what to do
 */
export async function loadConfig(path: string): Promise<NodeConfig> {
  const home = await resolveHome(path)
  const config = await loadJson<HomeConfig>(`${home}/${HOME_FILES.config}`, HOME)
  const { genesis, bytes } = await loadGenesis(home)
  const self = genesis.committee.members.findIndex((m) => m.organisation === config.organisation)
  if (self < 0) {
    const names = `${config.organisation} is not a member of the network ${genesis.document.name}`
    throw new ConfigError('organisation-not-a-member', `${names}: join with its own genesis file`)
  }
  const { organisation, listen, announce, rpcTcpPort } = config
  const peers = await loadPeers(home)
  const folder = socketFolder(tmpdir(), process.getuid?.() ?? 0)
  const socket = socketPath(home, homeDigest(home), folder)
  return {
    home,
    organisation,
    listen,
    announce,
    peers,
    genesis,
    genesisBytes: bytes,
    self,
    socket,
    rpcTcpPort,
  }
}

/**
 * The keys of a node are those that genesis names for its organisation: anything else is a home that
 * was mixed up with another.
 *
 * @throws ConfigError keys-not-in-genesis
 */
export function checkNodeKeys(config: NodeConfig, keys: NodeKeys): void {
  const { members } = config.genesis.document
  const identity = members.find((member) => member.organisation === config.organisation)
  for (const { class: keyClass, did } of Object.values(keys)) {
    const named = identity?.keys.find((key) => key.class === keyClass)?.did
    if (named !== did) {
      const message = `the ${keyClass} key of this home is ${did}, genesis names ${named ?? 'none'}`
      throw new ConfigError('keys-not-in-genesis', message)
    }
  }
}

async function resolveHome(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    const remedy = 'create a home with `pedigree init`, or name one with --home'
    throw new ConfigError('home-missing', `${path} does not exist: ${remedy}`, { cause })
  }
}

function homeDigest(home: string): Digest {
  return createHash('sha256').update(home).digest('hex') as Digest
}

interface JsonKind {
  readonly check: SchemaCheck
  readonly missing: ConfigCode
  readonly malformed: ConfigCode
  readonly remedy: string
}

const HOME: JsonKind = {
  check: checkHomeFile,
  missing: 'home-missing',
  malformed: 'home-malformed',
  remedy: 'create a home with `pedigree init`',
}

async function loadJson<T>(path: string, kind: JsonKind): Promise<T> {
  const bytes = await loadFile(path, CONFIG_BYTES_MAX)
  if (bytes === undefined) {
    throw new ConfigError(kind.missing, `${path} does not exist: ${kind.remedy}`)
  }
  const json = parseJson(bytes)
  const fault = kind.check(json)
  if (fault === undefined) return json as T
  throw new ConfigError(kind.malformed, `${path}: ${fault.detail}`)
}

async function loadGenesis(home: string): Promise<{ genesis: Genesis; bytes: Uint8Array }> {
  const path = `${home}/${HOME_FILES.genesis}`
  const bytes = await loadFile(path, GENESIS_BYTES_MAX)
  if (bytes === undefined) {
    const remedy = 'put one there with `pedigree network join genesis.json`'
    throw new ConfigError('genesis-missing', `${path} does not exist: ${remedy}`)
  }
  const genesis = parseGenesis(bytes)
  if (!isRejection(genesis)) return { genesis, bytes }
  throw new ConfigError('genesis-invalid', `${path}: ${genesis.rejected}: ${genesis.detail}`)
}

async function loadPeers(home: string): Promise<readonly string[]> {
  const path = `${home}/${HOME_FILES.peers}`
  const bytes = await loadFile(path, CONFIG_BYTES_MAX)
  if (bytes === undefined) return []
  const json = parseJson(bytes)
  const fault = checkPeersFile(json)
  if (fault === undefined) return (json as PeersFile).peers
  throw new ConfigError('peers-malformed', `${path}: ${fault.detail}`)
}

async function loadFile(path: string, bytesMax: number): Promise<Uint8Array | undefined> {
  try {
    return await readBoundedFile(path, bytesMax)
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('file-unreadable', `${path} cannot be read: ${why}`, { cause })
  }
}
