import { randomBytes } from 'node:crypto'
import type { KeyClass } from '../../protocol/chain/identity.ts'
import { base64Decode, base64Encode } from '../../protocol/encoding/base64.ts'
import { KEY_FORMAT, type KeyFile, SECRET_FILE_MODE } from '../../protocol/home.ts'
import { didOf } from '../../protocol/records/did-key.ts'
import { publicKeyOf } from '../../protocol/records/ed25519.ts'
import { CliError, cliError } from '../cli-error.ts'
import { writeAtomically } from '../home/atomic-write.ts'
import { readUpTo } from '../read-input.ts'

const SEED_BYTES = 32
export const KEY_FILE_BYTES_MAX = 4_096
/** Read or write by the group or by everybody. */
const OPEN_TO_OTHERS = 0o077

/** A secret key in memory. */
export interface SecretKey {
  readonly class: KeyClass
  readonly name: string
  readonly did: string
  /** 32 bytes. */
  readonly seed: Uint8Array
}

export function generateKey(keyClass: KeyClass, name: string): SecretKey {
  const seed = new Uint8Array(randomBytes(SEED_BYTES))
  return { class: keyClass, name, did: didOf(publicKeyOf(seed)), seed }
}

/** @throws CliError `key-exists`: a key is never overwritten */
export async function writeKeyFile(path: string, key: SecretKey): Promise<void> {
  const document: KeyFile = {
    format: KEY_FORMAT,
    class: key.class,
    name: key.name,
    did: key.did,
    secret: base64Encode(key.seed),
  }
  const text = `${JSON.stringify(document, null, 2)}\n`
  try {
    await writeAtomically(path, text, { mode: SECRET_FILE_MODE, exclusive: true })
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'path-exists') throw error
    throw cliError('key-exists', `there is a key in ${path} already`, { cause: error })
  }
}

/** @throws CliError `key-missing`, `key-exposed` (others may read it), `key-damaged` or `not-a-file` */
export async function readKeyFile(path: string): Promise<SecretKey> {
  const document = parse(await readSecret(path))
  const seed = document && base64Decode(document.secret)
  const isSound =
    document !== undefined &&
    seed?.length === SEED_BYTES &&
    didOf(publicKeyOf(seed)) === document.did
  if (isSound) return { class: document.class, name: document.name, did: document.did, seed }
  throw cliError('key-damaged', `${path} is not a whole ${KEY_FORMAT} file`, {
    hint: 'restore it from a backup: nobody else has this key',
  })
}

/** Whether a file is such a key, whoever may read it. @throws CliError where it cannot be read */
export async function holdsSecretKey(path: string): Promise<boolean> {
  const bytes = await readUpTo(path, KEY_FILE_BYTES_MAX + 1)
  return parse(Buffer.from(bytes).toString('utf8')) !== undefined
}

async function readSecret(path: string): Promise<string> {
  try {
    const bytes = await readUpTo(path, KEY_FILE_BYTES_MAX + 1, ({ mode }) => {
      if ((mode & OPEN_TO_OTHERS) !== 0) throw exposed(path)
    })
    return bytes.length > KEY_FILE_BYTES_MAX ? '' : Buffer.from(bytes).toString('utf8')
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'path-missing') throw error
    throw cliError('key-missing', `there is no key in ${path}`, { cause: error })
  }
}

function exposed(path: string): Error {
  return cliError('key-exposed', `others on this machine may read the key in ${path}`, {
    hint: `chmod 600 ${path}, and make a new key if somebody may have read it`,
  })
}

const CLASSES: readonly string[] = ['admin', 'person', 'source', 'record', 'consensus', 'network']

function parse(text: string): KeyFile | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isKeyFile(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isKeyFile(value: unknown): value is KeyFile {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as { readonly [name in keyof KeyFile]?: unknown }
  return (
    fields.format === KEY_FORMAT &&
    typeof fields.class === 'string' &&
    CLASSES.includes(fields.class) &&
    typeof fields.name === 'string' &&
    typeof fields.did === 'string' &&
    typeof fields.secret === 'string'
  )
}
