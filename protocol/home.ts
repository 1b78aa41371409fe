import type { KeyClass } from './chain/identity.ts'
import type { Digest } from './digest.ts'
import { utf8Encode } from './encoding/utf8.ts'

/**
 * What lies where in the home of a node, and the JSON in it. The command line writes homes, the
 * daemon runs them; this is all that they know of each other on disk.
 */

/** Paths relative to the home, with forward slashes. */
export const HOME_FILES = {
  /** HomeConfig */
  config: 'home.json',
  /** Identity (chain/genesis.ts) */
  identity: 'identity.json',
  /** Canonical GenesisDocument of the one network that this home belongs to; absent before `network join`. */
  genesis: 'genesis.json',
  /** KeyFile each; the daemon reads these three. */
  nodeKeys: 'node/keys',
  /** What the node wrote to its output, where `pedigree devnet` runs it. */
  log: 'node/node.log',
  /** KeyFile each: admin.json, person-NAME.json, source-NAME.json. The daemon never reads them. */
  userKeys: 'user/keys',
  /** LevelDB */
  data: 'node/data',
  /** Write-ahead logs, one for each chain. */
  wal: 'node/wal',
  /** What the consensus key has signed last. */
  guard: 'node/guard',
  /** Says that the consensus key has begun to sign. It stays with the keys when all else is lost. */
  keyUse: 'node/keys/consensus.used',
  /** Blocks of content of the artefacts that are shared. */
  blocks: 'node/blocks',
  /** PeersFile */
  peers: 'node/peers.json',
  /** Held by the daemon that runs. */
  lock: 'node/lock',
  /** Pending file each: <record id>.json, signed bytes that were saved before they were sent. */
  pending: 'user/pending',
  /** NoncesFile */
  nonces: 'user/nonces.json',
  /** ExpectationsFile */
  expectations: 'user/expectations.json',
  /** Manifests of expected directories, <sha256>.json, so that a mismatch can be told file by file. */
  manifests: 'user/manifests',
  /** CaptureFile each, <record id>.json: what the ledger has a salted digest of. */
  captures: 'user/captures',
  /** Policy of whoever verifies with this home (policies/policy.ts), in YAML; people write it. */
  policy: 'policy.yaml',
  socket: 'rpc.sock',
  /** Bearer token of the API on TCP, where it is switched on. Mode 0600. */
  rpcToken: 'node/rpc-token',
} as const

export const HOME_MODE = 0o750
export const SOCKET_MODE = 0o660
/** Of folders that hold keys. */
export const SECRET_FOLDER_MODE = 0o700
export const SECRET_FILE_MODE = 0o600

export const HOME_FORMAT = 'pedigree-home/1'
export const KEY_FORMAT = 'pedigree-key/1'
export const PEERS_FORMAT = 'pedigree-peers/1'
export const PENDING_FORMAT = 'pedigree-pending/1'
export const NONCES_FORMAT = 'pedigree-nonces/1'
export const EXPECTATIONS_FORMAT = 'pedigree-expectations/1'
export const CAPTURES_FORMAT = 'pedigree-captured/1'

export interface HomeConfig {
  readonly format: typeof HOME_FORMAT
  readonly organisation: string
  /** Multiaddrs without the peer id. */
  readonly listen: readonly string[]
  /** What others are told to dial; empty: the same as `listen`. */
  readonly announce: readonly string[]
  /** The local API answers on this TCP port of loopback too, to whoever shows the token; absent: it does not. */
  readonly rpcTcpPort?: number
}

/** A secret key on disk, mode 0600. */
export interface KeyFile {
  readonly format: typeof KEY_FORMAT
  readonly class: KeyClass
  /** Of a person or data source; of the other classes the class itself. */
  readonly name: string
  readonly did: string
  /** Base64 of the 32-byte Ed25519 seed. */
  readonly secret: string
}

/** Addresses of members beside those in genesis. */
export interface PeersFile {
  readonly format: typeof PEERS_FORMAT
  /** Multiaddrs, with or without the peer id. */
  readonly peers: readonly string[]
}

/** A record that was signed, and is not known to be committed or expired. */
export interface PendingFile {
  readonly format: typeof PENDING_FORMAT
  readonly record: Digest
  readonly chain: Digest
  /** Command, content and edges in canonical JSON: a repeated command with the same intent resumes this record. */
  readonly intent: string
  /** Ledger time, ms since the Unix epoch. */
  readonly expires: number
  /** Base64 of the exact envelope bytes. */
  readonly envelope: string
}

/** The next nonce that is free here, by chain and author, so that two shells never sign with one nonce. */
export interface NoncesFile {
  readonly format: typeof NONCES_FORMAT
  /** Key: `<chain>/<did>`. */
  readonly next: { readonly [chainAndAuthor: string]: number }
}

/** What is expected of a path because it was certified or fetched from here. */
export interface Expectation {
  readonly chain: Digest
  readonly record: Digest
  readonly sha256: Digest
  readonly form: 'file' | 'directory'
  /** Base64 of the 32-byte salt, when the ledger holds a salted digest. */
  readonly salt?: string
}

/** The whole of a capture whose summary was signed. */
export interface CaptureFile {
  readonly format: typeof CAPTURES_FORMAT
  /** The certificate that summarises it. */
  readonly record: Digest
  /** Base64 of the 32-byte salt: salted-digest.ts with the SHA-256 of the capture's canonical JSON. */
  readonly salt: string
  /** As it was captured. */
  readonly capture: unknown
  /** Facts that a person changed before signing: where, as captured, as declared. */
  readonly changes: readonly unknown[]
}

export interface ExpectationsFile {
  readonly format: typeof EXPECTATIONS_FORMAT
  /** Key: absolute real path. */
  readonly paths: { readonly [path: string]: Expectation }
}

/** Socket addresses end at 107 bytes on Linux and 103 on macOS. */
const SOCKET_PATH_BYTES_MAX = 100

/** Where a home keeps the file of a node key. */
export function nodeKeyFile(keyClass: 'consensus' | 'record' | 'network'): string {
  return `${HOME_FILES.nodeKeys}/${keyClass}.json`
}

/** Where a home keeps the file of a key that belongs to people. */
export function userKeyFile(keyClass: 'admin' | 'person' | 'source', name: string): string {
  return `${HOME_FILES.userKeys}/${keyClass === 'admin' ? 'admin' : `${keyClass}-${name}`}.json`
}

/**
 * Where the sockets of homes lie whose own path is too long: a folder of one user, mode 0700. Whoever
 * uses it checks first that it is that (others may write beside it), so such a home serves one user only.
 *
 * @param temporary os.tmpdir()
 * @param user numeric id of the user of this process
 */
export function socketFolder(temporary: string, user: number): string {
  return `${temporary}/pedigree-${user}`
}

/**
 * The address of a home's local API. Both sides compute it, so both pass the same things.
 *
 * @param home absolute real path of the home (symbolic links resolved), forward slashes
 * @param homeDigest SHA-256 of that path as UTF-8
 * @param folder socketFolder: for sockets whose home is too deep
 */
export function socketPath(home: string, homeDigest: Digest, folder: string): string {
  const inHome = `${home}/${HOME_FILES.socket}`
  if (utf8Encode(inHome).length <= SOCKET_PATH_BYTES_MAX) return inHome
  return `${folder}/${homeDigest.slice(0, 24)}.sock`
}
