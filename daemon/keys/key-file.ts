import { base64Decode } from '../../protocol/encoding/base64.ts'
import { KEY_FORMAT, nodeKeyFile } from '../../protocol/home.ts'
import { didOf } from '../../protocol/records/did-key.ts'
import { publicKeyOf } from '../../protocol/records/ed25519.ts'
import { readKeyFileJson } from './key-file-schema.ts'
import { readSecretFile } from './secret-file.ts'

export type NodeKeyClass = 'consensus' | 'record' | 'network'

export type KeyFileCode = 'key-malformed' | 'key-mismatch'

/** A key file that is there and private, but is not the key that it should be. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly code: KeyFileCode

  constructor(code: KeyFileCode, message: string) {
    super(message)
    this.code = code
  }
}

export interface NodeKey {
  readonly class: NodeKeyClass
  readonly did: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 32-byte secret. */
  readonly seed: Uint8Array
}

export type NodeKeys = { readonly [keyClass in NodeKeyClass]: NodeKey }

const KEY_FILE_BYTES_MAX = 4_096
const SEED_BYTES = 32

/**
 * The three keys of a node. Keys of people are never read here.
 *
 * @param home absolute path
 * @throws SecretFileError, KeyFileError
 */
export async function readNodeKeys(home: string): Promise<NodeKeys> {
  const [consensus, record, network] = await Promise.all([
    readNodeKey(home, 'consensus'),
    readNodeKey(home, 'record'),
    readNodeKey(home, 'network'),
  ])
  return { consensus, record, network }
}

async function readNodeKey(home: string, keyClass: NodeKeyClass): Promise<NodeKey> {
  const path = `${home}/${nodeKeyFile(keyClass)}`
  const file = readKeyFileJson(await readSecretFile(path, KEY_FILE_BYTES_MAX))
  const seed = file === undefined ? undefined : base64Decode(file.secret)
  if (file === undefined || seed?.length !== SEED_BYTES) {
    throw new KeyFileError('key-malformed', `${path} is not a key file of format ${KEY_FORMAT}`)
  }
  const publicKey = publicKeyOf(seed)
  if (file.class !== keyClass || file.did !== didOf(publicKey)) {
    throw new KeyFileError(
      'key-mismatch',
      `${path} does not hold the ${keyClass} key that it names`,
    )
  }
  return { class: keyClass, did: file.did, publicKey, seed }
}
